import { recordDigest, type StoredRecord } from '../../../foundation/records/record.js';
import { findHeads } from '../../../foundation/records/verify-chain.js';
import {
  type BundledAnchor,
  type BundledRecord,
  type ChangeEvidence,
  type EvidenceSection,
  type EvidenceStatement,
  evidenceSections,
  sectionKinds,
} from '../../../model/evidence-bundle.js';
import type { EvidenceRecord, RecordHeader } from '../../../model/evidence-record.js';
import type { JsonValue } from '../../../model/json.js';
import type { ChangeFacts } from '../change-facts.js';
import { judgeControls } from '../controls/judge-controls.js';
import { redactBodies } from '../redact/redact-body.js';
import { digestsOf } from '../select-change.js';
import { inChainOrder } from './chain-order.js';
import { findDecisions } from './decisions.js';

export const predicateType = 'urn:lockkeeper:change-evidence:v1';

export interface BundleSource {
  /** All of the folder: what is of other changes stays for the chain alone. */
  readonly records: readonly StoredRecord[];
  readonly facts: ChangeFacts;
  readonly anchors: readonly BundledAnchor[] | null;
  /** SQL of the migrations, for the values that are in it. */
  readonly scripts: readonly string[];
  readonly tool: ChangeEvidence['tool'];
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly redacted: boolean;
}

type Whole = StoredRecord & { readonly record: EvidenceRecord };

/** Signed as they are: without their words nobody could check them. */
const signedKinds: ReadonlySet<string> = new Set(['approval', 'review']);

/** Everything that is on record about one change, as an in-toto Statement about its files. */
export function buildBundle(source: BundleSource): EvidenceStatement {
  const { facts, tool, exportedAt, redacted, anchors } = source;
  const readable = inChainOrder(source.records).filter((one): one is Whole => one.record !== null);
  const wanted = digestsOf(facts);
  const all = readable.map((one) => bundle(one, wanted.has(one.digest)));
  const derived = { decisions: findDecisions(facts), controls: judgeControls(facts) };
  const kept = redacted ? withoutValues({ all, derived }, source.scripts) : { all, derived };
  const check = facts.checks.at(-1)?.body ?? null;
  const content = check?.content ?? null;
  // Values for placeholders are put into SQL, so they are data: without them the digest is believed, not computed.
  const shown = redacted && Object.keys(content?.placeholders ?? {}).length > 0 ? null : content;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjectsOf(facts.changeDigest, content),
    predicateType,
    predicate: {
      version: 1,
      tool,
      exportedAt,
      change: { digest: facts.changeDigest, target: facts.target, migrations: facts.migrations, content: shown },
      redacted,
      compatibility: check?.compatibility ?? null,
      records: kept.all,
      sections: sectionsOf(kept.all),
      decisions: kept.derived.decisions,
      heads: findHeads(readable),
      anchors,
      controls: kept.derived.controls,
    },
  };
}

/** Each file by its own digest, and the change by the digest that approvals and runs name. */
export function subjectsOf(
  changeDigest: string,
  content: ChangeEvidence['change']['content'],
): EvidenceStatement['subject'] {
  const files = new Map(
    (content?.migrations ?? []).flatMap(({ sources }) => sources.map(({ path, sha256 }) => [path, sha256] as const)),
  );
  return [
    { name: 'change', digest: { 'lockkeeper-change-v1': changeDigest } },
    ...[...files].map(([name, sha256]) => ({ name, digest: { sha256 } })),
  ];
}

function bundle({ name, record }: Whole, isWanted: boolean): BundledRecord {
  const { kind, version, tool, createdAt, subject, predecessors } = record;
  const header: RecordHeader = { kind, version, tool, createdAt, subject, predecessors };
  return {
    name,
    digest: recordDigest(header),
    header,
    content: isWanted ? 'whole' : 'left out',
    body: isWanted ? (record.body as JsonValue) : null,
  };
}

interface Told {
  readonly all: readonly BundledRecord[];
  readonly derived: Pick<ChangeEvidence, 'decisions' | 'controls'>;
}

/** Contents and what is derived from them, redacted together: a value is hidden in one because the other shows it. */
function withoutValues({ all, derived }: Told, scripts: readonly string[]): Told {
  const open = all.filter(({ content, header }) => content === 'whole' && !signedKinds.has(header.subject.kind));
  const [shownDerived, ...bodies] = redactBodies(
    [derived as unknown as JsonValue, ...open.map(({ body }) => body)],
    scripts,
  );
  const byDigest = new Map(open.map(({ digest }, index) => [digest, bodies[index] ?? null]));
  return {
    all: all.map((one) => {
      const body = byDigest.get(one.digest);
      if (body === undefined || JSON.stringify(body) === JSON.stringify(one.body)) return one;
      return { ...one, content: 'redacted', body };
    }),
    derived: shownDerived as unknown as Told['derived'],
  };
}

function sectionsOf(records: readonly BundledRecord[]): ChangeEvidence['sections'] {
  const of = (section: EvidenceSection): readonly string[] =>
    records.flatMap(({ digest, header, content }) =>
      content !== 'left out' && sectionKinds[section].includes(header.subject.kind) ? [digest] : [],
    );
  return Object.fromEntries(evidenceSections.map((section) => [section, of(section)])) as ChangeEvidence['sections'];
}

/** The records of a bundle as they would lie in a folder; bodies that were left out or redacted leave a record that is not intact. */
export function storedOf(records: readonly BundledRecord[]): readonly StoredRecord[] {
  return records.map(({ name, digest, header, body, content }) => ({
    name,
    digest,
    record: { ...header, body },
    intact: content === 'whole',
  }));
}
