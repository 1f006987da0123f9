import type { Waiver } from '../../model/preflight.js';
import type {
  HealthProbe,
  HookSettings,
  MaintenanceWindow,
  MetricProbe,
  TenantPlace,
  TenantSettings,
  ValidateSettings,
  WatchSettings,
} from '../../model/target-settings.js';
import type { VerifySettings } from '../../model/verify-settings.js';
import type { Contact } from '../../model/watch-report.js';

/** Any value that JSON can write. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

type Settings = Readonly<Record<string, JsonValue>>;

export interface ProjectConfig {
  /** A format's id, or `auto`: look at the folder. */
  readonly format: string;
  /** Absolute path of the folder of migrations; null: detect it. */
  readonly dir: string | null;
  readonly placeholders: Readonly<Record<string, string>>;
  readonly schemas: readonly string[];
}

export interface StageConfig {
  readonly major: number;
  /** Absolute path of the folder that holds `postgres` and `initdb`; null: the embedded binaries. */
  readonly serverBin: string | null;
  /** Roles that exist before the history is applied. */
  readonly roles: readonly string[];
  readonly extensions: Settings;
  /** Absolute path of an SQL file or a dump; null: no data. */
  readonly data: string | null;
  /** Connection string of a database whose schema the stage starts from. */
  readonly schemaFrom: string | null;
}

export interface TargetConfig {
  readonly url: string;
  readonly directUrl: string | null;
  readonly tier: number;
  readonly role: string | null;
  readonly replicas: readonly string[];
  readonly window: MaintenanceWindow | null;
  readonly metrics: Readonly<Record<string, MetricProbe>>;
  readonly health: HealthProbe | null;
  readonly hooks: HookSettings;
  readonly tenants: TenantSettings | null;
  /** The tenant that was named, where it is a schema; missing in what the file says. */
  readonly tenant?: TenantPlace;
  readonly validate: ValidateSettings;
  readonly verify: VerifySettings;
  readonly watch: WatchSettings;
  readonly contacts: readonly Contact[];
}

export interface PolicyConfig {
  readonly tiers: Settings;
  readonly approvals: Settings;
  readonly limits: Settings;
  readonly gates: Settings;
  readonly rules: Settings;
  /** Principals of the allowed signers, by the role that they may sign for. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** As written; whether they hold is for who asks the gates. */
  readonly waivers: readonly Waiver[];
}

export interface EvidenceConfig {
  /** Absolute path of the folder that records are written to. */
  readonly dir: string;
  /** Absolute path of the file of allowed signers. */
  readonly signers: string;
}

/** What lockkeeper.yaml says, completed with defaults; paths are absolute, references to the environment are filled in. */
export interface Config {
  readonly project: ProjectConfig;
  readonly stage: StageConfig;
  readonly targets: Readonly<Record<string, TargetConfig>>;
  readonly policy: PolicyConfig;
  readonly evidence: EvidenceConfig;
}

/** The values of a configuration that says nothing. Paths are still relative here. */
export const defaultConfig: Config = {
  project: { format: 'auto', dir: null, placeholders: {}, schemas: ['public'] },
  stage: { major: 17, serverBin: null, roles: [], extensions: {}, data: null, schemaFrom: null },
  targets: {},
  policy: { tiers: {}, approvals: {}, limits: {}, gates: {}, rules: {}, roles: {}, waivers: [] },
  evidence: { dir: '.lockkeeper', signers: 'allowed_signers' },
};

/** Keys whose values are paths: relative to the file's folder in the file, to the working directory elsewhere. */
export const pathKeys = {
  project: ['dir'],
  stage: ['serverBin', 'data'],
  evidence: ['dir', 'signers'],
} as const;
