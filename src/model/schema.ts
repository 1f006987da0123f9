import type { RelationKind } from './locks.js';

/** An object's identity within one schema value. */
export type Oid = string;

/** What of a database decides which locks, rewrites and scans a statement causes. Sizes are estimates of the server. */
export interface Schema {
  readonly major: number;
  /** Where unqualified names are looked up, in order, without pg_catalog. */
  readonly searchPath: readonly string[];
  /** Who runs statements now, and who logged in. */
  readonly currentUser: string;
  readonly sessionUser: string;
  /** The session's TimeZone. */
  readonly timeZone: string;
  readonly relations: readonly SchemaRelation[];
  readonly constraints: readonly SchemaConstraint[];
  readonly types: readonly SchemaType[];
  readonly functions: readonly SchemaFunction[];
  readonly eventTriggers: readonly SchemaEventTrigger[];
  /** Pairs of type OIDs between which a value needs no conversion (pg_cast, method `b`). */
  readonly binaryCasts: readonly (readonly [source: Oid, target: Oid])[];
  /** What the lists above do not hold, and has to be found by name or locks its table when it is dropped. */
  readonly objects: readonly SchemaObject[];
  /** Who goes when an object is dropped (pg_depend), and what belongs to which role (pg_shdepend). */
  readonly dependencies: readonly SchemaDependency[];
}

/** A trigger, rule, policy, column default, extended statistics, schema, extension, server, role, … */
export interface SchemaObject {
  /** The system catalog that holds it: `pg_trigger`, `pg_namespace`, … */
  readonly catalog: string;
  readonly oid: Oid;
  readonly schema: string | null;
  readonly name: string;
  /** The relation that it is part of. */
  readonly relation: Oid | null;
}

/** Where an object is kept: a row of a system catalog, or a column of a relation. */
export interface ObjectAddress {
  readonly catalog: string;
  readonly oid: Oid;
  /** 0 for the whole object. */
  readonly column: number;
}

export interface SchemaDependency {
  readonly dependent: ObjectAddress;
  readonly on: ObjectAddress;
  /** `owner` and `policy` lead to a role (`pg_authid`); all others are those of pg_depend. */
  readonly kind: 'normal' | 'auto' | 'internal' | 'partition' | 'extension' | 'owner' | 'policy';
}

/** A relation that users made; toast tables stand with their table. */
export interface SchemaRelation {
  readonly oid: Oid;
  /** `schema.name`, each part as quote_ident writes it. */
  readonly name: string;
  readonly schema: string;
  readonly relname: string;
  readonly kind: RelationKind;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  /** Inheritance parents, or the partitioned table (or index) it is a partition of. */
  readonly parents: readonly Oid[];
  readonly isPartition: boolean;
  /** As pg_get_expr writes it (`DEFAULT`, `FOR VALUES …`); null when it is no partition. */
  readonly partitionBound: string | null;
  /** As pg_get_partkeydef writes it; null when it is not partitioned. */
  readonly partitionKey: string | null;
  readonly toast: Oid | null;
  /** Estimated live rows; null when the table was never analysed. */
  readonly rows: number | null;
  /** Size of the main file by the last statistics, in bytes; 0 when never analysed. */
  readonly bytes: number;
  readonly columns: readonly SchemaColumn[];
  /** What makes it an index; null for all else. */
  readonly index: SchemaIndex | null;
  /** The table and column that own this sequence; null for all else. */
  readonly ownedBy: { readonly relation: Oid; readonly column: string } | null;
  /** Relations that a view's or materialised view's query names. */
  readonly reads: readonly Oid[];
  readonly triggers: readonly SchemaTrigger[];
  /** Rules other than a view's own. */
  readonly rules: readonly SchemaRule[];
  readonly policies: readonly string[];
  readonly rowSecurity: boolean;
  /** False for a materialised view that was never filled. */
  readonly populated: boolean;
  readonly owner: string;
}

export interface SchemaColumn {
  readonly name: string;
  readonly number: number;
  readonly type: Oid;
  /** As format_type writes it, modifier included. */
  readonly typeText: string;
  readonly typmod: number;
  readonly collation: Oid | null;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly generated: 'stored' | 'virtual' | null;
  readonly identity: boolean;
}

export interface SchemaIndex {
  readonly table: Oid;
  /** Key columns in order; null stands for an expression. */
  readonly keys: readonly (string | null)[];
  readonly included: readonly string[];
  /** Columns that expressions and the predicate use. */
  readonly usedColumns: readonly string[];
  readonly predicate: string | null;
  readonly method: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly clustered: boolean;
  readonly replicaIdentity: boolean;
  readonly definition: string;
}

export interface SchemaConstraint {
  readonly oid: Oid;
  readonly name: string;
  readonly kind: 'check' | 'foreign key' | 'primary key' | 'unique' | 'exclusion' | 'not null' | 'trigger';
  /** Exactly one of `relation` and `domain` is given. */
  readonly relation: Oid | null;
  readonly domain: Oid | null;
  readonly columns: readonly string[];
  /** The table that a foreign key points to, its columns and the index they need. */
  readonly referenced: Oid | null;
  readonly referencedColumns: readonly string[];
  readonly index: Oid | null;
  /** The constraint of the partitioned table that this one was made for. */
  readonly parent: Oid | null;
  readonly validated: boolean;
  readonly enforced: boolean;
  readonly deferrable: boolean;
  readonly onUpdate: ForeignKeyAction | null;
  readonly onDelete: ForeignKeyAction | null;
  /** As pg_get_constraintdef writes it. */
  readonly definition: string;
}

export type ForeignKeyAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface SchemaType {
  readonly oid: Oid;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'base' | 'composite' | 'domain' | 'enum' | 'range' | 'multirange' | 'pseudo';
  /** What a domain is made over, or an array's or a range's element. */
  readonly base: Oid | null;
  readonly baseTypmod: number;
  /** The relation behind a composite type. */
  readonly relation: Oid | null;
  /** In their order, for an enum. */
  readonly labels: readonly string[];
  readonly notNull: boolean;
  /** A domain's or range's default expression. */
  readonly default: string | null;
}

export interface SchemaFunction {
  readonly oid: Oid;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window';
  readonly argumentCount: number;
  readonly defaultCount: number;
  /** As pg_get_function_arguments and pg_get_function_result write them; a procedure has no result. */
  readonly argumentsText: string;
  readonly resultText: string | null;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  /** prosrc; for a SQL-standard body, what pg_get_function_sqlbody writes. */
  readonly body: string | null;
}

export interface SchemaTrigger {
  readonly name: string;
  readonly function: Oid;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly forEachRow: boolean;
  /** It has a WHEN condition. */
  readonly conditional: boolean;
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly enabled: boolean;
  /** Columns of UPDATE OF; empty for all. */
  readonly columns: readonly string[];
}

export interface SchemaRule {
  readonly name: string;
  readonly event: 'select' | 'insert' | 'update' | 'delete';
  readonly instead: boolean;
  /** Relations that the rule's action names. */
  readonly reads: readonly Oid[];
}

export interface SchemaEventTrigger {
  readonly name: string;
  readonly event: string;
  readonly function: Oid;
  readonly enabled: boolean;
  /** Command tags that it is limited to; empty for all. */
  readonly tags: readonly string[];
}
