import type { CheckReport } from '../model/check.js';
import type { CheckFormat } from './check-format.js';
import type { ReportLook } from './write-report.js';

/** Each renderer is loaded only when it is asked for. */
export async function renderCheckReport(report: CheckReport, format: CheckFormat, _look: ReportLook): Promise<string> {
  switch (format) {
    default:
      return (await import('../report/json.js')).renderJson(report);
  }
}
