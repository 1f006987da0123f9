import { test } from 'vitest';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { OracleLab } from './oracle-lab.js';
test('x', { timeout: 120_000 }, async () => {
  await loadParser();
  const t0 = performance.now();
  await using lab = await OracleLab.open(17);
  console.log('open', performance.now() - t0);
  const all: [number, string][] = [];
  for (const name of ['definition', 'definition-drop', 'maintenance', 'sample']) {
    const { cases } = await import(`./cases/${name}.ts`);
    for (const one of cases) {
      if (one.majors !== undefined && !one.majors.includes(17)) continue;
      const t = performance.now();
      await lab.run(one);
      all.push([performance.now() - t, JSON.stringify(one)]);
    }
  }
  all.sort((a, b) => b[0] - a[0]);
  console.log(all.length, all.reduce((s, a) => s + a[0], 0));
  console.log(all.slice(0, 25).map((a) => a[0].toFixed(0) + ' ' + a[1].slice(0, 150)).join('\n'));
  console.log('median', all[Math.floor(all.length / 2)]);
});
