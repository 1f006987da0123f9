import type { AbortReport } from '../model/abort-report.js';
import type { ApplyReport } from '../model/apply-report.js';
import type { BackupReport } from '../model/backup.js';
import type { CheckReport } from '../model/check.js';
import type { DeclareReport } from '../model/declare-report.js';
import type { DiffReport } from '../model/diff-report.js';
import type { GrantsReport } from '../model/grants.js';
import type { KeepReport } from '../model/keep-report.js';
import type { LocksReport } from '../model/locks-report.js';
import type { PreflightReport } from '../model/preflight.js';
import type { RollbackReport } from '../model/rollback-report.js';
import type { HistoryReport, StatusReport } from '../model/status-report.js';
import type { TestReport } from '../model/test-report.js';
import type { UninstallReport } from '../model/uninstall-report.js';
import type { Rehearsal } from '../model/rehearsal.js';

/** A report as JSON: two spaces, one final newline, the shape of `schemas/<kind>.schema.json`. */
export function renderJson(
  report:
    | Rehearsal
    | AbortReport
    | ApplyReport
    | BackupReport
    | CheckReport
    | DeclareReport
    | DiffReport
    | GrantsReport
    | HistoryReport
    | KeepReport
    | LocksReport
    | PreflightReport
    | RollbackReport
    | StatusReport
    | TestReport
    | UninstallReport,
): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
