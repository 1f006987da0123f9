export {
  apply,
  applyCommand,
  type ApplyOptions,
  type ChangeOptions,
  preflight,
  type PreflightOptions,
  resume,
} from './workflows/apply-with-defaults.js';
export { type RehearseOptions, rehearse } from './workflows/rehearse-with-defaults.js';
export { type CheckOptions, check } from './workflows/check-with-defaults.js';
export type { CheckRequest } from './workflows/check.js';
export * from './workflows/define-rule.js';
export { prepareRollbacks } from './workflows/rollback.js';
export { testRollbacks, type TestRequest } from './workflows/test-rollbacks.js';
export {
  type AskedRestore,
  type BackupRequest,
  createBackup,
  type CreateBackupRequest,
  listBackups,
  pruneBackups,
  type PruneBackupsRequest,
  restoreBackup,
  type RestoreBackupRequest,
  verifyBackup,
  type VerifyBackupRequest,
} from './workflows/backup.js';
export {
  type ApprovalWish,
  approve,
  type ApproveRequest,
  type ApproveResult,
  listApprovals,
  type ListApprovalsRequest,
  reviewException,
  revokeStatement,
  type StatementRequest,
} from './workflows/approve.js';
export {
  type ControlsRequest,
  type EvidenceRequest,
  exportEvidence,
  type ExportEvidenceRequest,
  type ExportEvidenceResult,
  readControls,
  showEvidence,
  type ShowEvidenceRequest,
  verifyEvidence,
  type VerifyEvidenceRequest,
} from './workflows/evidence.js';
export {
  confirm,
  type ConfirmRequest,
  type ConfirmResult,
  listConfirmable,
  type ListConfirmableRequest,
} from './workflows/confirm.js';
export { dropKeptData, type DropKeptRequest, type KeepRequest, listKeptData } from './workflows/keep.js';
export { explain, type Explanation, type ExplainRequest } from './workflows/explain.js';
export type { ApplyCommandRequest } from './workflows/apply-command.js';
export type { ApplyRequest, ApplyResult } from './workflows/apply.js';
export type { ChangeRequest } from './workflows/apply/change-request.js';
export type { PreflightRequest } from './workflows/preflight.js';
export type { RehearseRequest, RehearseResult } from './workflows/rehearse.js';
export { type Clock, systemClock } from './workflows/clock.js';
export type { OnProgress, Progress } from './workflows/progress.js';
export type { MigrationSelection } from './workflows/select-migrations.js';
export type { StageRequest } from './workflows/build-stage.js';
export { renderBackupTerminal } from './report/backup/terminal.js';
export { renderApproval, renderApprovalDraft, renderApprovalList } from './report/approve/terminal.js';
export { renderChecklist } from './report/evidence/checklist-markdown.js';
export { renderEvidencePage } from './report/evidence/page.js';
export { renderEvidenceTerminal } from './report/evidence/terminal.js';
export { renderApplyMarkdown } from './report/apply/markdown.js';
export { renderApplyTerminal } from './report/apply/terminal.js';
export { renderPreflightMarkdown } from './report/preflight/markdown.js';
export { renderPreflightTerminal } from './report/preflight/terminal.js';
export { abort, type AbortRequest } from './workflows/abort.js';
export { baseline, type BaselineRequest, repair, type RepairRequest } from './workflows/declare.js';
export { grants, type GrantOptions } from './workflows/grants.js';
export { history, type HistoryRequest } from './workflows/history.js';
export {
  runRollback,
  type RollbackSuccess,
  type RunRollbackRequest,
  type RunRollbackResult,
} from './workflows/rollback-run.js';
export { status, type StatusRequest } from './workflows/status.js';
export { uninstall, type UninstallRequest } from './workflows/uninstall.js';
export { validate, type ValidateRequest } from './workflows/validate.js';
export { watch, type WatchRequest } from './workflows/watch.js';
export { compareSteps, compareThree } from './workflows/watch/compare-accounts.js';
export { renderValidationMarkdown } from './report/validation/markdown.js';
export { renderValidationTerminal } from './report/validation/terminal.js';
export { renderWatchMarkdown } from './report/watch/markdown.js';
export { renderWatchTerminal } from './report/watch/terminal.js';
export { verify, type VerifyOptions } from './workflows/verify-with-defaults.js';
export type { VerifyAction, VerifyRequest, VerifyResult } from './workflows/verify.js';
export { renderVerifyMarkdown } from './report/verify/markdown.js';
export { renderVerifyTerminal } from './report/verify/terminal.js';
export { renderTargetTerminal } from './report/target/terminal.js';
export { renderCheckMarkdown } from './report/check/markdown.js';
export { renderCheckTerminal } from './report/check/terminal.js';
export { renderGithub } from './report/check/github.js';
export { renderGitlab } from './report/check/gitlab.js';
export { renderJunit } from './report/check/junit.js';
export { renderSarif } from './report/check/sarif.js';
export { type DiffRequest, diff } from './workflows/diff.js';
export { renderDiffMarkdown } from './report/diff/markdown.js';
export { renderDiffTerminal } from './report/diff/terminal.js';
export { type LocksRequest, type LocksWatch, locks, openLocksWatch, type SignalRequest } from './workflows/locks.js';
export { renderLocksTerminal } from './report/locks/terminal.js';
export { renderHtml } from './report/html/page.js';
export { renderJson } from './report/json.js';
export { renderMarkdown } from './report/markdown.js';
export { renderTerminal } from './report/terminal.js';
export { ChangeSafetyError } from './model/change-safety-error.js';
export type * from './model/abort-report.js';
export type * from './model/activity.js';
export type * from './model/backup.js';
export type * from './model/abort-criterion.js';
export type * from './model/apply-plan.js';
export type * from './model/approval.js';
export type * from './model/apply-report.js';
export type * from './model/apply-run.js';
export type * from './model/json.js';
export type * from './model/ledger.js';
export type * from './model/preflight.js';
export type * from './model/check.js';
export type * from './model/classification.js';
export type * from './model/confirmation.js';
export type * from './model/controls.js';
export type * from './model/declare-report.js';
export type * from './model/diff-report.js';
export type * from './model/grants.js';
export type * from './model/effects.js';
export type * from './model/evidence-bundle.js';
export type * from './model/evidence-record.js';
export type * from './model/diff-report.js';
export type * from './model/keep-report.js';
export type * from './model/locks.js';
export type * from './model/locks-report.js';
export type * from './model/migration.js';
export type * from './model/prediction.js';
export type * from './model/rehearsal.js';
export type * from './model/rollback-report.js';
export type * from './model/rule-proof.js';
export type * from './model/schema.js';
export type * from './model/schema-snapshot.js';
export type * from './model/test-report.js';
export type * from './model/schema-snapshot.js';
export type * from './model/status-report.js';
export type * from './model/sql-text.js';
export type * from './model/uninstall-report.js';
export type * from './model/surprise.js';
export type * from './model/target-figures.js';
export type * from './model/validation-report.js';
export type * from './model/verify-report.js';
export type * from './model/verify-settings.js';
export type * from './model/watch-report.js';
export type * from './model/trace.js';
