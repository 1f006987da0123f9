import type { TransactionMode } from '../../../../src/model/sql-text.js';

/** A rollback that looks right and is not, or is. */
export interface PlantedDefect {
  readonly title: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** What the difference has to say; null where the rollback is right. */
  readonly difference: RegExp | null;
  readonly dataKept?: boolean;
  readonly mode?: TransactionMode;
}

/** What is there before each case. */
export const setting = `
  CREATE TABLE public.items (id bigserial PRIMARY KEY, name text DEFAULT 'none', price numeric(10, 2), note text);
  COMMENT ON COLUMN public.items.note IS 'what people say';
  COMMENT ON TABLE public.items IS 'things';
  CREATE INDEX items_name ON public.items (name);
  ALTER TABLE public.items ALTER COLUMN name SET STATISTICS 500, ALTER COLUMN note SET STORAGE EXTERNAL;
  GRANT SELECT, INSERT ON public.items TO reader;
  GRANT SELECT (price) ON public.items TO writer;
  CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON public.items FOR EACH ROW EXECUTE FUNCTION public.touch();
  CREATE VIEW public.cheap AS SELECT id, name FROM public.items WHERE price < 10;
  CREATE TABLE public.loose (amount numeric);
  INSERT INTO public.loose VALUES (3.0);
  CREATE SEQUENCE public.tickets;
  SELECT nextval('public.tickets') FROM generate_series(1, 7);
  INSERT INTO public.items (name, price, note) SELECT 'n' || i, i, 'note ' || i FROM generate_series(1, 20) i`;

const drop = 'ALTER TABLE public.items DROP COLUMN note';

export const plantedDefects: readonly PlantedDefect[] = [
  { title: 'nothing', up: ['CREATE TABLE t (id int)'], down: ['DROP TABLE t'], difference: null },
  {
    title: 'a table left over',
    up: ['CREATE TABLE t (id int)'],
    down: ['SELECT 1'],
    difference: /table public\.t is left over/,
  },
  {
    title: 'a lost comment',
    up: ["COMMENT ON TABLE items IS 'other things'"],
    down: ['COMMENT ON TABLE items IS NULL'],
    difference: /table public\.items: comment is lost/,
  },
  {
    title: 'a lost grant',
    up: ['REVOKE ALL ON items FROM reader'],
    down: ['GRANT SELECT ON items TO reader'],
    difference: /table public\.items: grants is/,
  },
  {
    title: 'a lost grant on a column',
    up: ['REVOKE ALL (price) ON items FROM writer'],
    down: [],
    difference: /column public\.items\.price: grants/,
  },
  {
    title: 'another owner',
    up: ['ALTER TABLE items OWNER TO writer'],
    down: ['ALTER TABLE items OWNER TO reader'],
    difference: /table public\.items: owner is reader/,
  },
  {
    title: 'a lost default',
    up: ['ALTER TABLE items ALTER COLUMN name DROP DEFAULT'],
    down: [],
    difference: /column public\.items\.name: default is lost/,
  },
  {
    title: 'a trigger left disabled',
    up: ['ALTER TABLE items DISABLE TRIGGER touched'],
    down: ['ALTER TABLE items ENABLE REPLICA TRIGGER touched'],
    difference: /trigger touched on public\.items: enabled/,
  },
  {
    title: 'a lost statistics target',
    up: ['ALTER TABLE items ALTER COLUMN name SET STATISTICS -1'],
    down: ['ALTER TABLE items ALTER COLUMN name SET STATISTICS 100'],
    difference: /column public\.items\.name: statistics is 100, it was 500/,
  },
  {
    title: 'a lost storage',
    up: ['ALTER TABLE items ALTER COLUMN note SET STORAGE PLAIN'],
    down: ['ALTER TABLE items ALTER COLUMN note SET STORAGE EXTENDED'],
    difference: /column public\.items\.note: storage is lost/,
  },
  {
    title: 'a sequence that begins anew',
    up: ['DROP SEQUENCE tickets'],
    down: ['CREATE SEQUENCE tickets'],
    difference: /sequence public\.tickets: last value is 1, it was 7/,
  },
  {
    title: 'a sequence that the rollback moves',
    up: ['CREATE TABLE t (id int)'],
    down: ['DROP TABLE t', "SELECT setval('tickets', 900)"],
    difference: /sequence public\.tickets: last value is 900/,
  },
  {
    title: 'a sequence that is set and not set back',
    up: ['ALTER SEQUENCE tickets RESTART WITH 50'],
    down: [],
    difference: /sequence public\.tickets/,
  },
  {
    title: 'a sequence that merely gave out numbers',
    up: ["INSERT INTO items (name) VALUES ('new')"],
    down: ["DELETE FROM items WHERE name = 'new'"],
    difference: null,
  },
  {
    title: 'one changed byte in one row',
    up: ['ALTER TABLE items ADD COLUMN extra int'],
    down: ['ALTER TABLE items DROP COLUMN extra', "UPDATE items SET note = 'note 8' WHERE id = 7"],
    difference: /rows of public\.items: values differ/,
    dataKept: false,
  },
  {
    title: 'a scale that equality does not see',
    up: ['ALTER TABLE loose ADD COLUMN extra int'],
    down: ['ALTER TABLE loose DROP COLUMN extra', 'UPDATE loose SET amount = 3.00'],
    difference: /rows of public\.loose: values differ/,
    dataKept: false,
  },
  {
    title: 'a lost row',
    up: ['CREATE TABLE t (id int)'],
    down: ['DROP TABLE t', 'DELETE FROM items WHERE id = 20'],
    difference: /rows of public\.items: there are 19, there were 20/,
    dataKept: false,
  },
  {
    title: 'values lost with their column',
    up: [drop],
    down: [
      'ALTER TABLE items ADD COLUMN note text',
      'ALTER TABLE items ALTER COLUMN note SET STORAGE EXTERNAL',
      "COMMENT ON COLUMN items.note IS 'what people say'",
    ],
    difference: /^rows of public\.items: values differ/,
    dataKept: false,
  },
  {
    title: 'an index with another order',
    up: ['DROP INDEX items_name'],
    down: ['CREATE INDEX items_name ON items (name DESC)'],
    difference: /index public\.items_name: definition/,
  },
  {
    title: 'an index that is built twice outside a transaction',
    up: ['CREATE INDEX CONCURRENTLY items_price ON items (price)'],
    down: ['DROP INDEX CONCURRENTLY items_price', 'CREATE INDEX CONCURRENTLY items_price2 ON items (price)'],
    difference: /index public\.items_price2 is left over/,
    mode: 'none',
  },
  {
    title: 'nothing, outside a transaction',
    up: ['CREATE INDEX CONCURRENTLY items_price ON items (price)'],
    down: ['DROP INDEX CONCURRENTLY items_price'],
    difference: null,
    mode: 'none',
  },
  {
    title: 'a view with another condition',
    up: ['DROP VIEW cheap'],
    down: ['CREATE VIEW cheap AS SELECT id, name FROM items WHERE price <= 10'],
    difference: /view public\.cheap: /,
  },
];
