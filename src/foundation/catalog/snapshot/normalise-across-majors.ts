import type { JsonValue } from '../../../model/json.js';
import type { Facet, SchemaSnapshot, SnapshotObject } from '../../../model/schema-snapshot.js';
import { bareColumns } from './bare-columns.js';

/** Something that two majors say of one and the same schema in two ways. */
interface Normalisation {
  readonly title: string;
  /** It matters when a server older than this meets one that is not; null: whenever majors differ. */
  readonly since: number | null;
  readonly apply: (object: SnapshotObject) => SnapshotObject;
}

const normalisations: readonly Normalisation[] = [
  {
    title: 'NOT NULL has a name since 18: names, and what belongs to them, are left out',
    since: 18,
    apply: (object) => withoutFacts(object, 'structure', ['notNullConstraint']),
  },
  {
    title:
      'columns in queries stand without the table since 16 where there is only one: tables before columns are left out',
    since: 16,
    apply: (object) => mapDefinition(object, bareColumns),
  },
  {
    title: 'MAINTAIN is a privilege since 17: it is left out',
    since: 17,
    apply: withoutMaintain,
  },
  {
    title: 'versions of extensions hang on the major: they are left out',
    since: null,
    apply: (object) => (object.kind === 'extension' ? withoutFacts(object, 'structure', ['version']) : object),
  },
];

export interface Comparable {
  readonly before: SchemaSnapshot;
  readonly after: SchemaSnapshot;
  /** What was made equal, in words. */
  readonly titles: readonly string[];
}

/** Two snapshots as they can be compared: those of one major as they are. The parser must be loaded for two. */
export function normaliseAcrossMajors(before: SchemaSnapshot, after: SchemaSnapshot): Comparable {
  const [older, newer] = [Math.min(before.major, after.major), Math.max(before.major, after.major)];
  const needed = normalisations.filter(({ since }) =>
    since === null ? older < newer : older < since && since <= newer,
  );
  const normalise = (snapshot: SchemaSnapshot): SchemaSnapshot => ({
    ...snapshot,
    objects: snapshot.objects.map((object) => needed.reduce((current, { apply }) => apply(current), object)),
  });
  return { before: normalise(before), after: normalise(after), titles: needed.map(({ title }) => title) };
}

function withoutFacts(object: SnapshotObject, facet: Facet, names: readonly string[]): SnapshotObject {
  const kept = Object.entries(object.facts[facet]).filter(([name]) => !names.includes(name));
  return withFacts(object, facet, Object.fromEntries(kept));
}

function withFacts(object: SnapshotObject, facet: Facet, facts: Readonly<Record<string, JsonValue>>): SnapshotObject {
  return { ...object, facts: { ...object.facts, [facet]: facts } };
}

const withQueries: readonly SnapshotObject['kind'][] = ['view', 'materialized view', 'rule', 'function', 'procedure'];

function mapDefinition(object: SnapshotObject, change: (text: string) => string): SnapshotObject {
  const { definition, ...others } = object.facts.structure;
  if (!withQueries.includes(object.kind) || typeof definition !== 'string') return object;
  return withFacts(object, 'structure', { ...others, definition: change(definition) });
}

function withoutMaintain(object: SnapshotObject): SnapshotObject {
  const grants = object.facts.access['grants'];
  if (!Array.isArray(grants)) return object;
  const kept = (grants as readonly { readonly privilege: string }[]).filter(
    ({ privilege }) => privilege !== 'MAINTAIN',
  );
  return withFacts(object, 'access', { ...object.facts.access, grants: kept });
}
