import { test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { readSnapshot } from '../../src/foundation/catalog/snapshot/read-snapshot.js';
import { startCluster } from '../../src/foundation/postgres/server/cluster.js';
import { connect } from '../../src/foundation/postgres/session.js';
import { codeSchema } from '../foundation/catalog/snapshot/code-schema.js';

test.each([15, 18] as const)('%i', async (major) => {
  await using cluster = await startCluster({ major, serverBin: null });
  await using session = await connect(cluster.connection(), { applicationName: 'x' });
  for (const s of codeSchema.split(/;\n/)) if (s.trim()) { try { await session.query(s); } catch (e) { console.log(major, s.slice(0, 200), String(e)); } }
  console.log((await session.query(`select amprocnum, amproclefttype::regtype, amproc, (select array_agg(d.refclassid::regclass::text || d.refobjid::text || d.deptype::text) from pg_depend d where d.classid='pg_amproc'::regclass and d.objid=p.oid) from pg_amproc p where oid > 16384 and amproc::text !~ 'citext'`)).rows);
  for (let i = 0; i < 3; i++) { const t = performance.now(); const snap = await readSnapshot(session); console.log(major, performance.now() - t);
  writeFileSync(`/tmp/snap-${major}.json`, snap.objects.map((o) => JSON.stringify({ k: o.kind, i: o.identity, s: o.facts.structure, a: o.facts.access, p: o.facts.physical, d: o.dependsOn })).join('\n')); }
});
