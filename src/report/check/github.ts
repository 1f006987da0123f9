import type { CheckReport } from '../../model/check.js';
import type { Severity } from '../../model/rehearsal.js';
import { placedFindings } from './placed-findings.js';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions, one line for each finding: they show at the lines of a pull request. */
export function renderGithub(report: CheckReport): string {
  return placedFindings(report)
    .map(({ finding, file }) => {
      const { line, endLine, column, severity, title, id } = finding;
      const place = [`file=${property(file)}`, `line=${line}`, `endLine=${endLine}`, `col=${column}`];
      const words = [finding.message, finding.remedy, ...(finding.instead === null ? [] : [finding.instead])];
      return `::${commands[severity]} ${place.join(',')},title=${property(`${title} (${id})`)}::${data(words.join('\n'))}\n`;
    })
    .join('');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
