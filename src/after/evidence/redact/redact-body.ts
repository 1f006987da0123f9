import type { JsonValue } from '../../../model/json.js';
import { KnownValues } from './known-values.js';
import { redactProse } from './redact-prose.js';
import { redactSql } from './redact-sql.js';

/** Under these keys stands SQL. */
const sqlKeys = new Set(['sql', 'query', 'instead', 'statement', 'statements', 'repair', 'script']);

/** Under these keys stands what the server says of rows, or a line of a file: nothing of it is kept. */
const droppedKeys = new Set([
  'excerpt',
  'range',
  'ranges',
  'context',
  'placeholders',
  'copyData',
  'sample',
  'samples',
  'output',
  'stdout',
  'stderr',
  'farthest',
]);

/** Under these keys stand names, closed words and digests, which hold no values and are compared by others. */
const structuralKeys = new Set(
  (
    'kind version tool id ids code sqlState severity state verdict outcome mode kinds modes direction profile action ' +
    'path paths place relation relations rewrites scans newFiles touched blocks concern certainty phase migrationId ' +
    'stepId runId changeDigest rehearsalDigest policyDigest targetDigest digest sha256 sources source files target ' +
    'gate gates role roles format createdAt startedAt endedAt at expiresAt grantedAt verifiedAt restoredAt ' +
    'backendStart operation transactionBlock transactionMode transactionScope risk complexity level rule facets facet ' +
    'change identity parent schema table index constraint column columns migrations completed criterion conduct ' +
    'applied record records confirm askRole origin rollback rollbacks story resourceManager lsn signature publicKey fingerprint namespace item'
  ).split(' '),
);

/** Who may approve, and who did: without it the approvals could not be judged again, and no row has a part in it. */
const keptKeys = new Set(['facts']);

/** What is learnt from contents before anything is taken out of them. */
interface Learnt {
  readonly values: string[];
  readonly names: Set<string>;
}

type Members = Readonly<Record<string, JsonValue>>;

/**
 * Contents of records without values of rows: strings and numbers in SQL, the details of server messages, what code
 * raised, and wherever else the same values stand. Names, types, figures and digests stay. All contents are given together, for
 * what one says in SQL another may quote in a sentence. `scripts`: SQL that they are about.
 */
export function redactBodies(bodies: readonly JsonValue[], scripts: readonly string[]): readonly JsonValue[] {
  const learnt: Learnt = { values: [], names: new Set() };
  for (const script of scripts) learnSql(script, learnt);
  for (const body of bodies) learn(body, '', learnt);
  const known = new KnownValues(learnt.values, learnt.names);
  return bodies.map((body) => redact(body, '', known));
}

function learnSql(sql: string, { values, names }: Learnt): void {
  const redacted = redactSql(sql);
  values.push(...redacted.values);
  for (const word of redacted.words) names.add(word);
}

function learn(value: JsonValue, key: string, learnt: Learnt): void {
  if (typeof value === 'string') {
    if (sqlKeys.has(key)) learnSql(value, learnt);
    else if (structuralKeys.has(key)) for (const name of namesIn(value)) learnt.names.add(name);
  } else if (isList(value)) {
    for (const item of value) learn(item, key, learnt);
  } else if (typeof value === 'object' && value !== null) {
    learnt.values.push(...serverValues(value));
    for (const [name, member] of Object.entries(value)) learn(member, name, learnt);
  }
}

function namesIn(text: string): readonly string[] {
  const parts = text.split('.').map((part) => part.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'));
  return [text, ...parts];
}

/** What an error or a notice says of rows: repeated in sentences, it would be there again. */
function serverValues(message: Members): readonly string[] {
  const { detail, hint, context } = message;
  if (!isServerMessage(message)) return [];
  const said = isRaised(message) ? [message['message'], hint] : [];
  return [detail, context, ...said].flatMap((text) => (typeof text === 'string' ? [text, ...text.split('\n')] : []));
}

function isServerMessage(members: Members): boolean {
  return typeof members['message'] === 'string' && ('code' in members || 'sqlState' in members);
}

/** Raised by code of the team's: its words may be made of rows. Errors of the server itself have other classes. */
function isRaised({ code, sqlState }: Members): boolean {
  const state = code ?? sqlState;
  return typeof state === 'string' && !/^(?:0[1-9A-Z]|[1-9]|[A-OQ-Z]|XX|HV|F0)/.test(state);
}

function redact(value: JsonValue, key: string, known: KnownValues): JsonValue {
  if (value === null || typeof value === 'boolean' || keptKeys.has(key)) return value;
  if (droppedKeys.has(key)) return typeof value === 'string' ? '…' : dropped(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return redactText(value, key, known);
  if (isList(value)) return value.map((item) => redact(item, key, known));
  return redactMembers(value, known);
}

function redactText(text: string, key: string, known: KnownValues): string {
  if (sqlKeys.has(key)) return redactSql(text).text;
  return structuralKeys.has(key) ? text : redactProse(text, known);
}

function redactMembers(members: Members, known: KnownValues): JsonValue {
  const isMessage = isServerMessage(members);
  const raised = isMessage && isRaised(members);
  // What a sequence gives next stands beside the farthest value that its column has.
  const isPosition = 'farthest' in members;
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => {
      const hidden =
        (isPosition && name === 'next') ||
        (isMessage && (name === 'detail' || (raised && (name === 'message' || name === 'hint'))));
      return [name, hidden && typeof member === 'string' ? '…' : redact(member, name, known)];
    }),
  );
}

/** The shape stays, so that whoever reads the content still finds its fields. */
function dropped(value: JsonValue): JsonValue {
  if (typeof value === 'string') return '…';
  if (isList(value)) return value.map(dropped);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, dropped(member)]));
  }
  return value;
}

/** Array.isArray does not narrow readonly arrays. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
