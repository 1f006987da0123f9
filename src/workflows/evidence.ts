export type { EvidenceRequest } from './evidence/evidence-request.js';
export { exportEvidence, type ExportEvidenceRequest, type ExportEvidenceResult } from './evidence/export-evidence.js';
export { showEvidence, type ShowEvidenceRequest } from './evidence/show-evidence.js';
export { verifyEvidence, type VerifyEvidenceRequest } from './evidence/verify-evidence.js';
export { readControls, type ControlsRequest } from './evidence/read-controls.js';
