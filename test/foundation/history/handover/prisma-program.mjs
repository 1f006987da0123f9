// Runs beside the installed packages: node prisma-program.mjs '{"target":…,"verb":…,"input":…}'. Prints what the engine says.
import { readFileSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message: (message) => {
    throw new Error(message);
  },
};
const { target, verb, input } = JSON.parse(process.argv[2]);
const file = new URL(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/js$/, 'wasm'));
const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': engine });
// Names as wasm-bindgen makes them.
engine['__wbg_set_wasm'](instance.exports);
instance.exports['__wbindgen_start']();
const datamodels = [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']];
const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(target));
const opened = await engine.SchemaEngine.new({ datamodels }, () => undefined, adapter);
process.stdout.write(JSON.stringify(await opened[verb](input)), () => process.exit(0));
