import { z } from 'zod';
import { type Config, defaultConfig } from './config.js';
import type { KeyPath } from './config-problem.js';
import {
  healthSchema,
  hooksSchema,
  metricsSchema,
  tenantsSchema,
  waiverSchema,
  windowSchema,
} from './target-schema.js';
import { verifySchema } from './verify-schema.js';
import { contactsSchema, validateSchema, watchSchema } from './watch-schema.js';

const { project, evidence } = defaultConfig;

const settings = z.record(z.string(), z.json()).default({});
const optionalText = z.string().min(1).nullable().default(null);

/** Majors of the embedded server. */
const majors = [15, 16, 17, 18] as const;

/** A number, also as text: that is how the environment gives it. */
function numberOf<Output>(schema: z.ZodType<Output>) {
  return z.preprocess((value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value), schema);
}

const projectSchema = z.strictObject({
  format: z.string().min(1).default(project.format).describe('Format of the migrations; auto looks at the folder.'),
  dir: optionalText.describe('Folder of the migrations, relative to this file; found by looking when not given.'),
  placeholders: z.record(z.string(), z.string()).default({}).describe('Values for the placeholders of the format.'),
  schemas: z
    .array(z.string().min(1))
    .default([...project.schemas])
    .describe('Schemas the project owns.'),
});

const stageSchema = z.strictObject({
  major: numberOf(z.literal(majors)).default(17).describe('Major version of the embedded server.'),
  serverBin: optionalText.describe('Folder of an installed PostgreSQL to use instead of the embedded one.'),
  roles: z.array(z.string().min(1)).default([]).describe('Roles that exist before the history is applied.'),
  extensions: settings.describe('What to do about extensions that the stage lacks.'),
  data: optionalText.describe('SQL file or dump with the data of the stage, relative to this file.'),
  schemaFrom: optionalText.describe('Connection string of a database whose schema the stage starts from.'),
});

const targetSchema = z.strictObject({
  url: z.string().min(1).describe('Connection string, as libpq understands it.'),
  directUrl: optionalText.describe('Connection string that goes around a pooler.'),
  tier: numberOf(z.int().min(0)).default(1).describe('How critical the database is.'),
  role: optionalText.describe('Role that applies changes.'),
  replicas: z.array(z.string().min(1)).default([]).describe('Connection strings of the standbys.'),
  window: windowSchema,
  metrics: metricsSchema,
  health: healthSchema,
  hooks: hooksSchema,
  tenants: tenantsSchema,
  validate: validateSchema,
  verify: verifySchema,
  watch: watchSchema,
  contacts: contactsSchema,
});

/** The schema of lockkeeper.yaml. Nothing is required, unknown keys are refused. */
export const configSchema: z.ZodType<Config> = z
  .strictObject({
    project: projectSchema.prefault({}),
    stage: stageSchema.prefault({}),
    targets: z.record(z.string(), targetSchema).default({}),
    policy: z
      .strictObject({
        tiers: settings,
        approvals: settings,
        limits: settings,
        gates: settings,
        rules: settings,
        roles: z
          .record(z.string(), z.array(z.string().min(1)).min(1))
          .default({})
          .describe('Who may sign for a role: principals of the allowed signers, by role.'),
        waivers: z.array(waiverSchema).default([]).describe('Gates that somebody lets pass, by name and for a time.'),
      })
      .prefault({}),
    evidence: z
      .strictObject({
        dir: z.string().min(1).default(evidence.dir).describe('Folder of the records, relative to this file.'),
        signers: z.string().min(1).default(evidence.signers).describe('File of allowed signers.'),
      })
      .prefault({}),
  })
  .describe('Configuration of lockkeeper');

/** JSON Schema of lockkeeper.yaml for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(configSchema, { io: 'input' }), title: 'lockkeeper.yaml' };
}

/** The keys that a mapping at this place may have; empty where any key is allowed. */
export function knownKeys(keyPath: KeyPath): readonly string[] {
  let nodes: readonly SchemaNode[] = [configJsonSchema()];
  for (const step of keyPath) {
    nodes = branchesOf(nodes).flatMap(({ properties, additionalProperties, items }) => {
      const next = typeof step === 'number' ? items : (properties?.[step] ?? additionalProperties);
      return typeof next === 'object' ? [next] : [];
    });
  }
  return [...new Set(branchesOf(nodes).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** As much of a JSON Schema as leads to the keys of a mapping. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

function branchesOf(nodes: readonly SchemaNode[]): readonly SchemaNode[] {
  return nodes.flatMap((node) => (node.anyOf === undefined ? [node] : branchesOf(node.anyOf)));
}
