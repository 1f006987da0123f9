import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/foundation/config/config.js';
import { configJsonSchema, configSchema } from '../../../src/foundation/config/config-schema.js';
import { loadConfig, requireTarget } from '../../../src/foundation/config/load-config.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockkeeper-config-'));
  mkdirSync(join(root, '.git'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const load = (env: Record<string, string> = {}, rest: Partial<Parameters<typeof loadConfig>[0]> = {}) =>
  loadConfig({ cwd: root, env, ...rest });

const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('where the configuration comes from', () => {
  test('without a file everything is a default', async () => {
    const { config, path, dir } = await load();
    expect(path).toBeNull();
    expect(dir).toBe(root);
    expect(config.project).toEqual({ format: 'auto', dir: null, placeholders: {}, schemas: ['public'] });
    expect(config.stage.major).toBe(17);
    expect(config.evidence.dir).toBe(join(root, '.lockkeeper'));
  });

  test('the nearest file upwards wins, and its paths count from its own folder', async () => {
    put('lockkeeper.yaml', 'stage: { major: 15 }');
    put('services/shop/lockkeeper.yml', 'project: { dir: db }\nstage: { major: 16 }');
    mkdirSync(join(root, 'services/shop/db/deep'), { recursive: true });
    const { config, path, dir } = await loadConfig({ cwd: join(root, 'services/shop/db/deep'), env: {} });
    expect(path).toBe(join(root, 'services/shop/lockkeeper.yml'));
    expect(dir).toBe(join(root, 'services/shop'));
    expect(config.stage.major).toBe(16);
    expect(config.project.dir).toBe(join(root, 'services/shop/db'));
  });

  test('a file above the root of the repository is not taken', async () => {
    put('lockkeeper.yaml', 'stage: { major: 15 }');
    mkdirSync(join(root, 'inner/.git'), { recursive: true });
    expect((await loadConfig({ cwd: join(root, 'inner'), env: {} })).path).toBeNull();
  });

  test('a named file that is not there is an error', async () => {
    await expect(load({}, { path: 'other.yaml' })).rejects.toMatchObject({ code: 'config-invalid', effect: 'none' });
  });

  test('an empty file and empty sections mean the defaults', async () => {
    put('lockkeeper.yaml', '# nothing yet\n');
    expect((await load()).config.stage.major).toBe(17);
    put('lockkeeper.yaml', 'stage:\nproject:\n');
    expect((await load()).config.stage.major).toBe(17);
  });

  test('flags beat the environment, which beats the file', async () => {
    put('lockkeeper.yaml', 'stage: { major: 15, data: file.sql }\nevidence: { dir: kept }');
    mkdirSync(join(root, 'sub'));
    const env = { LOCKKEEPER_STAGE_MAJOR: '16', LOCKKEEPER_STAGE_SERVER_BIN: 'bin', LOCKKEEPER_STAGE_ROLES: 'app, ro' };
    const { config } = await load(env, { cwd: join(root, 'sub'), flags: { stage: { major: 18, data: undefined } } });
    expect(config.stage.major).toBe(18);
    expect(config.stage.serverBin).toBe(join(root, 'sub/bin'));
    expect(config.stage.data).toBe(join(root, 'file.sql'));
    expect(config.stage.roles).toEqual(['app', 'ro']);
    expect(config.evidence.dir).toBe(join(root, 'kept'));
    expect((await load(env)).config.stage.major).toBe(16);
  });
});

describe('what is refused', () => {
  test.each([
    ['stage:\n  majro: 16\n', 'lockkeeper.yaml:2:3: unknown key stage.majro; did you mean major?'],
    ['stgae: {}\n', 'lockkeeper.yaml:1:1: unknown key stgae; did you mean stage?'],
    ['stage:\n  major: 12\n', 'lockkeeper.yaml:2:10: stage.major: Invalid option: expected one of 15|16|17|18'],
    ['project:\n  schemas:\n    - public\n    - 7\n', 'lockkeeper.yaml:4:7: project.schemas.1: Invalid input'],
    ['targets:\n  prod:\n    urll: x\n', 'lockkeeper.yaml:3:5: unknown key targets.prod.urll; did you mean url?'],
    ['targets:\n  prod:\n    tier: 1\n', 'lockkeeper.yaml:3:5: targets.prod.url: Invalid input'],
    ['- a\n', 'lockkeeper.yaml:1:1: configuration: Invalid input'],
    ['stage:\n  major: [1\n', 'lockkeeper.yaml:'],
    ['stage: {}\nstage: {}\n', 'lockkeeper.yaml:2:1: Map keys must be unique'],
    ['stage:\n  schemaFrom: ${NOWHERE}\n', 'lockkeeper.yaml:2:15: environment variable NOWHERE is not set'],
    ['stage:\n  schemaFrom: "${not a name}"\n', 'lockkeeper.yaml:2:15: malformed reference'],
  ])('%j', async (text, expected) => {
    put('lockkeeper.yaml', text);
    expect(await messageOf(load())).toContain(expected);
  });

  test('every problem is told at once', async () => {
    put('lockkeeper.yaml', 'stage:\n  major: 3\nproject:\n  dri: x\n');
    const message = await messageOf(load());
    expect(message).toContain(':2:10: stage.major');
    expect(message).toContain(':4:3: unknown key project.dri; did you mean dir?');
  });

  test('a variable that sets no key, and one with a wrong value', async () => {
    expect(await messageOf(load({ LOCKKEEPER_STAGE_MAJRO: '16' }))).toContain('did you mean LOCKKEEPER_STAGE_MAJOR?');
    expect(await messageOf(load({ LOCKKEEPER_STAGE_MAJOR: 'x' }))).toContain(
      'variable LOCKKEEPER_STAGE_MAJOR: stage.major',
    );
  });
});

describe('references to the environment', () => {
  test('fill whole values and parts, once, and $${ escapes', async () => {
    put(
      'lockkeeper.yaml',
      'project: { placeholders: { a: "${X}", b: "p/${X}/${Y}", c: "$${X}" } }\nstage: { major: "${M}" }',
    );
    const { config, secrets } = await load({ X: '${Y}', Y: 'why', M: '18' });
    expect(config.project.placeholders).toEqual({ a: '${Y}', b: 'p/${Y}/why', c: '${X}' });
    expect(config.stage.major).toBe(18);
    expect(secrets).toEqual(['${Y}', 'why', '18']);
  });

  test('their values never appear in errors', async () => {
    put(
      'lockkeeper.yaml',
      'stage: { major: "${SECRET}", roles: "${SECRET}" }\nproject: { format: "${SECRET}", dri: "${SECRET}" }',
    );
    const message = await messageOf(load({ SECRET: 'hunter2' }));
    expect(message).toContain('stage.major');
    expect(message).not.toContain('hunter2');
  });

  test('an unset variable of a target is an error only for who needs that target', async () => {
    put('lockkeeper.yaml', 'targets:\n  prod:\n    url: "${DATABASE_URL}"\n  local:\n    url: postgres:///shop\n');
    const loaded = await load();
    expect(requireTarget(loaded, 'local').url).toBe('postgres:///shop');
    expect(() => requireTarget(loaded, 'prod')).toThrow(
      'lockkeeper.yaml:3:10: environment variable DATABASE_URL is not set',
    );
    expect(() => requireTarget(loaded, 'toString')).toThrow('no target toString');
    expect(requireTarget(await load({ DATABASE_URL: 'postgres://x' }), 'prod').url).toBe('postgres://x');
  });
});

test('the validator and the path without it have the same defaults', () => {
  expect(configSchema.parse({})).toEqual(defaultConfig);
});

test('the JSON Schema for editors is in step with the code', () => {
  const path = new URL('../../../schemas/config.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(configJsonSchema());
});
