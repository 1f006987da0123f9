import type { Draw, Template } from '../draw.js';

const schema: Template = (draw) =>
  `CREATE SCHEMA ${draw.name()}${draw.maybe(0.2, () => `AUTHORIZATION ${draw.role()}`)}`;

const extension: Template = (draw) =>
  `CREATE EXTENSION IF NOT EXISTS ${draw.one(['pg_trgm', 'btree_gist', 'citext', 'hstore'])} SCHEMA ${draw.schema()}`;

const foreign: Template = (draw) => {
  const [wrapper, server] = [draw.name(), draw.name()];
  return [
    `CREATE FOREIGN DATA WRAPPER ${wrapper}${draw.maybe(0.3, "OPTIONS (debug 'true')")}`,
    `CREATE SERVER ${server}${draw.maybe(0.3, "TYPE 'old' VERSION '1'")} FOREIGN DATA WRAPPER ${wrapper}${draw.maybe(0.5, "OPTIONS (host 'far', \"Odd\" 'it''s')")}`,
    ...(draw.chance(0.7)
      ? [
          `CREATE FOREIGN TABLE ${draw.qualified()} (id int${draw.maybe(0.4, 'NOT NULL')}, note text${draw.maybe(0.3, "OPTIONS (column_name 'n')")}${draw.maybe(0.3, "DEFAULT 'x'")}) SERVER ${server}${draw.maybe(0.5, "OPTIONS (file 'x')")}`,
        ]
      : []),
  ];
};

const publication: Template = (draw) =>
  draw.one([
    `CREATE PUBLICATION ${draw.name()} FOR TABLE ${draw.relation('r', 'p').sql}${draw.maybe(0.3, "WITH (publish = 'insert')")}`,
    `CREATE PUBLICATION ${draw.name()} FOR TABLE ${draw.relation('r', 'p').sql} WHERE (id IS NOT NULL)`,
    `CREATE PUBLICATION ${draw.name()} FOR TABLE ${draw.relation('r').sql} (id), TABLES IN SCHEMA ${draw.schema()}`,
    `CREATE PUBLICATION ${draw.name()} FOR TABLES IN SCHEMA ${draw.schema()}`,
    `CREATE PUBLICATION ${draw.name()} FOR ALL TABLES WITH (publish_via_partition_root)`,
    `CREATE PUBLICATION ${draw.name()}`,
  ]);

const eventTrigger: Template = (draw) => {
  const name = draw.qualified();
  return [
    `CREATE FUNCTION ${name}() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$`,
    `CREATE EVENT TRIGGER ${draw.name()} ON ${draw.one(['ddl_command_end', 'ddl_command_start', 'sql_drop'])}${draw.maybe(0.4, "WHEN TAG IN ('DROP TABLE', 'CREATE INDEX')")} EXECUTE FUNCTION ${name}()`,
  ];
};

const defaultPrivileges: Template = (draw) =>
  `ALTER DEFAULT PRIVILEGES${draw.maybe(0.5, () => `IN SCHEMA ${draw.schema()}`)} ${draw.one([
    `GRANT SELECT ON TABLES TO ${draw.role()}`,
    `GRANT ALL ON SEQUENCES TO ${draw.role()}`,
    `GRANT EXECUTE ON FUNCTIONS TO ${draw.role()}`,
    'REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
    `GRANT USAGE ON TYPES TO ${draw.role()} WITH GRANT OPTION`,
    `REVOKE SELECT ON TABLES FROM ${draw.role()}`,
  ])}`;

const grantOnTable: Template = (draw) => {
  const of = draw.relation('r', 'p', 'v', 'm', 'f');
  return draw.one([
    `GRANT ${draw.one(['SELECT', 'INSERT, UPDATE', 'ALL', 'TRUNCATE'])} ON ${of.sql} TO ${draw.one([draw.role(), 'PUBLIC'])}`,
    `GRANT SELECT ON ${of.sql} TO ${draw.role()} WITH GRANT OPTION`,
    `GRANT ${draw.one(['SELECT', 'UPDATE', 'REFERENCES'])} (${draw.column(of).name}) ON ${of.sql} TO ${draw.role()}`,
    `REVOKE ALL ON ${of.sql} FROM ${draw.one(['CURRENT_USER', draw.role(), 'PUBLIC'])}`,
    `REVOKE SELECT ON ${of.sql} FROM ${draw.role()}`,
  ]);
};

const grantOnOther: Template = (draw) =>
  draw
    .one([
      () => `GRANT USAGE ON SCHEMA ${draw.schema()} TO ${draw.role()}`,
      () => `GRANT CREATE ON SCHEMA ${draw.schema()} TO PUBLIC`,
      () => `REVOKE ALL ON SCHEMA ${draw.schema()} FROM PUBLIC, ${draw.role()}`,
      () => `GRANT USAGE, SELECT ON SEQUENCE ${draw.relation('S').sql} TO ${draw.role()}`,
      () => `REVOKE USAGE ON TYPE ${draw.one(draw.known.types).sql} FROM PUBLIC`,
      () => `GRANT USAGE ON TYPE ${draw.one(draw.known.types).sql} TO ${draw.role()}`,
      () => {
        const { word, sql } = draw.one(draw.known.routines);
        return `${draw.one(['GRANT EXECUTE', 'REVOKE EXECUTE'])} ON ${word === 'PROCEDURE' ? 'PROCEDURE' : 'FUNCTION'} ${sql} `;
      },
      () => `GRANT USAGE ON FOREIGN SERVER ${draw.ofWord('SERVER').sql} TO ${draw.role()}`,
      () => `GRANT USAGE ON FOREIGN DATA WRAPPER ${draw.ofWord('FOREIGN DATA WRAPPER').sql} TO ${draw.role()}`,
    ])()
    .replace(
      /^(GRANT|REVOKE)( EXECUTE ON .*) $/s,
      (_, word: string, rest: string) =>
        `${word}${rest} ${word === 'GRANT' ? 'TO' : 'FROM'} ${draw.one(['PUBLIC', draw.role()])}`,
    );

const relationWords = {
  r: 'TABLE',
  p: 'TABLE',
  v: 'VIEW',
  m: 'MATERIALIZED VIEW',
  f: 'FOREIGN TABLE',
  S: 'SEQUENCE',
} as const;

/** Anything that COMMENT and OWNER can name. */
function anything(draw: Draw): string {
  return draw.one([
    () => {
      const of = draw.relation('r', 'p', 'v', 'm', 'f', 'S');
      return `${relationWords[of.kind]} ${of.sql}`;
    },
    () => `SCHEMA ${draw.schema()}`,
    () => {
      const { sql, form } = draw.one(draw.known.types);
      return `${form === 'd' ? 'DOMAIN' : 'TYPE'} ${sql}`;
    },
    () => {
      const { word, sql } = draw.one(draw.known.routines);
      return `${word} ${sql}`;
    },
    () => {
      const { word, sql } = draw.one(
        draw.known.others.filter((other) => other.word !== 'CAST' && other.word !== 'EXTENSION'),
      );
      return `${word} ${sql}`;
    },
  ])();
}

const commentOnPart: Template = (draw) => {
  const text = draw.one(["'a remark'", "'it''s'", 'NULL', "E'two\\nlines'"]);
  return draw.one([
    () => {
      const of = draw.relation('r', 'p', 'v', 'm', 'f');
      return `COMMENT ON COLUMN ${of.sql}.${draw.column(of).name} IS ${text}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.constraints);
      return `COMMENT ON CONSTRAINT ${name} ON ${table} IS ${text}`;
    },
    () => {
      const { name, schema: place } = draw.one(draw.known.indexes);
      return `COMMENT ON INDEX ${place}.${name} IS ${text}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.triggers);
      return `COMMENT ON TRIGGER ${name} ON ${table} IS ${text}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.policies);
      return `COMMENT ON POLICY ${name} ON ${table} IS ${text}`;
    },
    () => {
      const { name, table } = draw.one(draw.known.rules);
      return `COMMENT ON RULE ${name} ON ${table} IS ${text}`;
    },
    () => `COMMENT ON CAST ${draw.ofWord('CAST').sql} IS ${text}`,
  ])();
};

const comment: Template = (draw) => `COMMENT ON ${anything(draw)} IS ${draw.one(["'said'", "'größe ''x'''", 'NULL'])}`;

const owner: Template = (draw) => `ALTER ${anything(draw)} OWNER TO ${draw.role()}`;

export const access: readonly Template[] = [
  grantOnTable,
  grantOnTable,
  grantOnOther,
  comment,
  commentOnPart,
  commentOnPart,
  owner,
  defaultPrivileges,
];
export const servers: readonly Template[] = [
  schema,
  schema,
  extension,
  foreign,
  foreign,
  publication,
  publication,
  eventTrigger,
];
