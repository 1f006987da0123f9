import type { AbortReport } from '../model/abort-report.js';
import type { ApplyReport } from '../model/apply-report.js';
import type { ApprovalListReport, ApprovalReport } from '../model/approval.js';
import type { BackupReport } from '../model/backup.js';
import type { CheckReport } from '../model/check.js';
import type { ConfirmableReport, ConfirmationReport } from '../model/confirmation.js';
import type { ControlsReport } from '../model/controls.js';
import type { DeclareReport } from '../model/declare-report.js';
import type { DiffReport } from '../model/diff-report.js';
import type { EvidenceReport, EvidenceVerifyReport } from '../model/evidence-bundle.js';
import type { GrantsReport } from '../model/grants.js';
import type { KeepReport } from '../model/keep-report.js';
import type { LocksReport } from '../model/locks-report.js';
import type { PreflightReport } from '../model/preflight.js';
import type { RollbackReport } from '../model/rollback-report.js';
import type { HistoryReport, StatusReport } from '../model/status-report.js';
import type { TestReport } from '../model/test-report.js';
import type { UninstallReport } from '../model/uninstall-report.js';
import type { ValidationReport } from '../model/validation-report.js';
import type { VerifyReport } from '../model/verify-report.js';
import type { WatchReport } from '../model/watch-report.js';
import type { Rehearsal } from '../model/rehearsal.js';

/** A report as JSON: two spaces, one final newline, the shape of `schemas/<kind>.schema.json`. */
export function renderJson(
  report:
    | Rehearsal
    | AbortReport
    | ApplyReport
    | ApprovalListReport
    | ApprovalReport
    | BackupReport
    | CheckReport
    | ConfirmableReport
    | ConfirmationReport
    | ControlsReport
    | DeclareReport
    | DiffReport
    | EvidenceReport
    | EvidenceVerifyReport
    | GrantsReport
    | HistoryReport
    | KeepReport
    | LocksReport
    | PreflightReport
    | RollbackReport
    | StatusReport
    | TestReport
    | UninstallReport
    | ValidationReport
    | VerifyReport
    | WatchReport,
): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
