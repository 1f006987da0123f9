import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffSnapshots } from '../../../../src/foundation/catalog/snapshot/diff.js';
import { fingerprintOf } from '../../../../src/foundation/catalog/snapshot/fingerprint.js';
import { readSnapshot } from '../../../../src/foundation/catalog/snapshot/read-snapshot.js';
import { type Cluster, startCluster } from '../../../../src/foundation/postgres/server/cluster.js';
import { connect, type Session } from '../../../../src/foundation/postgres/session.js';
import {
  type ObjectKind,
  objectKey,
  type SchemaSnapshot,
  type SnapshotObject,
} from '../../../../src/model/schema-snapshot.js';
import { codeSchema } from './code-schema.js';
import { codeMutations } from './code-mutations.js';

const majors = [15, 16, 17, 18] as const;

describe.each(majors)('PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let session: Session;
  let snapshot: SchemaSnapshot;

  beforeAll(async () => {
    cluster = await startCluster({ major, serverBin: null });
    session = await connect(cluster.connection(), { applicationName: 'snapshot test' });
    await session.query("SET client_min_messages = 'error'");
    // A subscription refuses a transaction block, which several statements in one query are.
    for (const statement of codeSchema.split(/;\n/)) if (statement.trim() !== '') await session.query(statement);
    snapshot = await readSnapshot(session);
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  const find = (kind: ObjectKind, identity: string): SnapshotObject => {
    const found = snapshot.objects.find((object) => object.kind === kind && object.identity === identity);
    if (found === undefined) throw new Error(`no ${kind} ${identity}`);
    return found;
  };
  const structure = (kind: ObjectKind, identity: string) => find(kind, identity).facts.structure;

  test('every kind of the list is there, and no member of an extension', () => {
    const counts = new Map<ObjectKind, number>();
    for (const { kind } of snapshot.objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const {
      table: _table,
      column: _column,
      constraint: _constraint,
      index: _index,
      schema: _schema,
      ...own
    } = Object.fromEntries(counts);
    expect(own).toEqual({
      extension: 2,
      language: 1,
      collation: 2,
      conversion: 1,
      'access method': 1,
      type: 6,
      domain: 2,
      function: 11,
      procedure: 1,
      aggregate: 4,
      operator: 3,
      'operator family': 1,
      'operator class': 1,
      cast: 3,
      transform: 1,
      publication: 3,
      subscription: 1,
      'foreign-data wrapper': 1,
      'foreign server': 1,
      'user mapping': 2,
      'text search parser': 1,
      'text search template': 1,
      'text search dictionary': 1,
      'text search configuration': 1,
      'event trigger': 1,
      'default privileges': 2,
      'large object': 1,
    });
    expect(snapshot.objects.filter(({ identity }) => identity.includes('citext'))).toHaveLength(1);
  });

  test('types', () => {
    expect(find('type', 'app.mood').facts).toMatchObject({
      structure: { form: 'enum', labels: ['sad', "it's fine", 'calm', 'happy'], comment: 'how it is' },
      access: {
        owner: '"Odd Owner"',
        grants: [
          { grantee: '"Odd Owner"', grantor: '"Odd Owner"', privilege: 'USAGE', grantable: false },
          { grantee: 'reader', grantor: '"Odd Owner"', privilege: 'USAGE', grantable: false },
        ],
      },
    });
    expect(structure('type', 'app.empty')).toEqual({ form: 'enum', labels: [] });
    expect(structure('type', 'app.later')).toEqual({ form: 'shell', definition: 'CREATE TYPE app.later' });
    expect(structure('domain', 'app.label')).toEqual({
      type: 'character varying(20)',
      collation: 'pg_catalog."C"',
      notNull: true,
      default: "'none'::character varying",
    });
  });

  test('routines with what CREATE OR REPLACE cannot change', () => {
    expect(structure('function', 'app.add(integer,integer)')).toMatchObject({
      arguments: 'a integer, b integer DEFAULT 1',
      result: 'integer',
      comment: 'adds',
      definition: expect.stringContaining('PARALLEL SAFE'),
    });
    expect(find('function', 'app.add(integer,integer)').facts.access).toMatchObject({
      grants: expect.arrayContaining([
        { grantee: 'reader', grantor: 'postgres', privilege: 'EXECUTE', grantable: true },
      ]),
    });
    expect(find('procedure', 'app.work(integer)').facts.access).toEqual({ owner: 'reader' });
  });

  test('what is published, and what is not told of those who subscribe or are mapped', () => {
    expect(structure('publication', 'news')).toEqual({
      publish: ['insert', 'update'],
      tables: [
        { table: 'app.others', columns: null, where: null },
        { table: 'app.things', columns: ['id', 'name'], where: '(id > 10)' },
      ],
    });
    expect(structure('foreign server', 'elsewhere')).toMatchObject({ options: { host: 'h', password: null } });
    expect(structure('user mapping', 'public on server elsewhere')).toEqual({ user: 'PUBLIC', server: 'elsewhere' });
    expect(JSON.stringify(snapshot)).not.toContain('hidden');
  });

  test('someone without any rights reads the same', async () => {
    await session.query('SET SESSION AUTHORIZATION reader');
    const restricted = await readSnapshot(session);
    await session.query('RESET SESSION AUTHORIZATION');
    expect(diffSnapshots(snapshot, restricted, { facets: ['structure', 'access'] })).toEqual([]);
  });

  test('what a definition says makes the same object again', async () => {
    // Of most kinds one stands for all; a function that a type is made of would take the type with it.
    const made = snapshot.objects.filter(({ kind, identity, facts }, at) => {
      if (
        !remade.includes(kind) ||
        !('definition' in facts.structure) ||
        (kind === 'function' && identity.includes('celsius_'))
      )
        return false;
      return kind === 'aggregate' || snapshot.objects[at - 1]?.kind !== kind || kind === 'operator';
    });
    expect(new Set(made.map(({ kind }) => kind)).size).toBe(remade.length);
    for (const { kind, identity, facts } of made) {
      await session.query('BEGIN');
      try {
        await session.query(`DROP ${commandName(kind)} ${dropName(kind, identity)} CASCADE`);
        await session.query(facts.structure['definition'] as string);
        const after = await readSnapshot(session);
        const again = after.objects.find((object) => object.kind === kind && object.identity === identity);
        expect(again?.facts.structure['definition'], `${kind} ${identity}`).toBe(facts.structure['definition']);
      } finally {
        await session.query('ROLLBACK');
      }
    }
  });

  test.each(codeMutations)('a planted difference is seen: %s', async (sql, kind, facet) => {
    await session.query('BEGIN');
    try {
      await session.query(sql);
      const after = await readSnapshot(session);
      const diff = diffSnapshots(snapshot, after);
      expect(diff.map((difference) => difference.kind)).toContain(kind);
      const [before, now] = [fingerprintOf(snapshot), fingerprintOf(after)];
      expect(now.facets[facet]).not.toBe(before.facets[facet]);
      expect(diffSnapshots(snapshot, after, { facets: ['position'] }).length > 0).toBe(facet === 'position');
    } finally {
      await session.query('ROLLBACK');
    }
  });

  test('what has to be there before comes from the catalog', () => {
    expect(find('operator class', 'app.celsius_hash USING hash').dependsOn).toEqual(
      expect.arrayContaining([
        objectKey('function', 'app.hashed(app.celsius)'),
        objectKey('operator family', 'app.degrees USING hash'),
        objectKey('type', 'app.celsius'),
      ]),
    );
    expect(find('text search configuration', 'app.search').dependsOn).toEqual(
      expect.arrayContaining([
        objectKey('text search dictionary', 'app.lower'),
        objectKey('text search parser', 'app.cutter'),
      ]),
    );
    expect(find('publication', 'news').dependsOn).toContain(objectKey('column', 'app.things.name'));
    expect(find('user mapping', 'reader on server elsewhere').dependsOn).toEqual([
      objectKey('foreign server', 'elsewhere'),
    ]);
  });
});

/** Kinds whose definition stands alone; base types need their functions first. */
const remade: readonly ObjectKind[] = [
  'language',
  'collation',
  'conversion',
  'access method',
  'function',
  'procedure',
  'aggregate',
  'operator',
  'operator class',
  'cast',
  'transform',
  'text search parser',
  'text search template',
  'event trigger',
];

function commandName(kind: ObjectKind): string {
  return kind.toUpperCase();
}

function dropName(kind: ObjectKind, identity: string): string {
  if (kind === 'aggregate' && identity.endsWith('()')) return identity.replace('()', '(*)');
  if (kind === 'aggregate' && identity.startsWith('app.middle')) return 'app.middle(float8 ORDER BY anyelement)';
  if (kind === 'operator') return identity.replace(',', ', ');
  return identity;
}
