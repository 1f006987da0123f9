import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { BackupReport } from '../../../src/model/backup.js';
import { backupJsonSchema, backupSchema } from '../../../src/report/backup-schema.js';
import { renderJson } from '../../../src/report/json.js';
import { sampleBackups } from './sample-backup.js';
import type { DeepReadonly } from '../../support/deep-readonly.js';

test('the schema describes exactly what the model says', () => {
  expectTypeOf<DeepReadonly<z.infer<typeof backupSchema>>>().toEqualTypeOf<DeepReadonly<BackupReport>>();
});

test('the published schema is made from this source', () => {
  const path = new URL('../../../schemas/backup.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(backupJsonSchema());
});

test.each(sampleBackups.map((report) => [report.action, report] as const))(
  'a report of %s is valid and comes back unchanged; one without its action is not',
  (_, report) => {
    expect(backupSchema.parse(JSON.parse(renderJson(report)))).toEqual(report);
    expect(backupSchema.safeParse({ ...report, action: 'keep' }).success).toBe(false);
  },
);
