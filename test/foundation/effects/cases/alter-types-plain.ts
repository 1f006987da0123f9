import type { Case } from '../oracle.js';

/** Type changes that say the same in another width, or not, on a table of its own. */
export const cases: readonly Case[] = [
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE varchar(20)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE varchar(5)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE varchar',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE char(20)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE numeric(10,2)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE numeric(10,3)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE numeric(6,2)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE numeric',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE euro',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN c TYPE varbit(16)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN c TYPE varbit',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN c TYPE varbit(4)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN c TYPE bit(8)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN d TYPE interval',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN d TYPE interval(4)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN d TYPE interval(1)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN d TYPE interval day to second',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN d TYPE interval day',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN e TYPE timestamp',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN e TYPE timestamp(4)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN e TYPE timestamp(2)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN g TYPE char(6)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN g TYPE text',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN g TYPE varchar',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN h TYPE inet',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN i TYPE text',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN j TYPE varchar(20)[]',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN j TYPE varchar[]',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN j TYPE text[]',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN k TYPE text',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN k TYPE varchar',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN l TYPE numeric',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN l TYPE numeric(12,2)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN m TYPE time(4)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN m TYPE time',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN m TYPE time(1)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN n TYPE oid',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN n TYPE regclass',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN o TYPE text',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN o TYPE varchar',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE numeric(8,2)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE text USING a',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE text USING a::text',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE varchar(30) USING a::varchar(20)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE varchar(30) USING a::text::varchar(30)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE varchar(30) USING trim(a)',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE text USING o',
  },
  {
    setup:
      'CREATE TABLE t (a varchar(10), b numeric(8,2), c varbit(8), d interval(2), e timestamp(3), f timestamptz, g char(5), h cidr, i xml, j varchar(10)[], k unused_domain, l euro, m time(3), n int, o text COLLATE "C", p timestamp); INSERT INTO t (n) VALUES (1)',
    sql: 'ALTER TABLE t ALTER COLUMN n TYPE int USING n + 1',
  },
];
