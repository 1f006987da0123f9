import type { Case } from '../../oracle.js';

const statements = ['SET CONSTRAINTS ALL IMMEDIATE'];

const particular: readonly Case[] = [
  {
    sql: ["INSERT INTO documents VALUES (901, 1, 'b', false, 1)", 'SET CONSTRAINTS ALL IMMEDIATE'],
    scans: 'unchecked',
  },
  {
    sql: ["UPDATE order_items SET sku = 's2' WHERE line = 1", 'SET CONSTRAINTS items_product IMMEDIATE'],
    scans: 'unchecked',
  },
  {
    sql: ["UPDATE order_items SET sku = 's2' WHERE line = 1", 'SET CONSTRAINTS public.items_product DEFERRED'],
    scans: 'unchecked',
  },
  { sql: ['UPDATE bookings SET room = room + 1', 'SET CONSTRAINTS bookings_room IMMEDIATE'], scans: 'unchecked' },
];

/** Checks that were put off. */
export const cases: readonly Case[] = [...statements.map((sql) => ({ sql })), ...particular];
