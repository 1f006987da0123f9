import type { CheckReport } from '../../model/check.js';
import type { MigrationClassification } from '../../model/classification.js';

/** So many migrations are some ten kilobytes: short texts do not outlive their writing. */
const atOnce = 8;

/**
 * What `renderJson` says, piece by piece: the text of a large change is never in memory as a whole, as it would be some
 * times over by the time it is written.
 */
export function* jsonPieces(report: CheckReport): Generator<string> {
  const { migrations } = report;
  const [head, tail] = JSON.stringify({ ...report, migrations: [placeholder] }, null, 2).split(
    `\n    ${JSON.stringify(placeholder)}\n`,
  );
  if (migrations.length === 0 || tail === undefined) return yield `${JSON.stringify(report, null, 2)}\n`;
  yield `${head ?? ''}\n`;
  for (let at = 0; at < migrations.length; at += atOnce) {
    const isLast = at + atOnce >= migrations.length;
    yield `${indented(migrations.slice(at, at + atOnce))}${isLast ? '\n' : ',\n'}`;
  }
  yield `${tail}\n`;
}

/** No other text of a report stands by itself on a line of an array at that depth. */
const placeholder = '\0migrations';

const before = '{\n  "migrations": [\n';
const behind = '\n  ]\n}';

/** Migrations as they stand inside of a report. */
function indented(migrations: readonly MigrationClassification[]): string {
  return JSON.stringify({ migrations }, null, 2).slice(before.length, -behind.length);
}
