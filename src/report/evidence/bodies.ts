import type { ApplyReport } from '../../model/apply-report.js';
import type { ChangeEvidence } from '../../model/evidence-bundle.js';
import type { WatchReport } from '../../model/watch-report.js';

/** What a record of each kind holds, of those that are shown at length. */
interface Bodies {
  readonly apply: ApplyReport;
  readonly watch: WatchReport;
}

/** Contents of one kind, in the order of the chain. A redacted one has the shape that it was written in. */
export function bodiesOf<Kind extends keyof Bodies>(
  { records }: Pick<ChangeEvidence, 'records'>,
  kind: Kind,
): readonly Bodies[Kind][] {
  return records
    .filter(({ header, content }) => header.subject.kind === kind && content !== 'left out')
    .map(({ body }) => body as unknown as Bodies[Kind]);
}
