import { createContainer, dropContainer, isDropped, isMade, referencedTables } from './containers.js';
import type { Decision, Decisions } from './decide.js';
import type { EmitContext } from './emitter.js';
import { addNode, comesBefore, type Node, type Order, reachableFrom, sortNodes } from './graph.js';
import type { Pair, Pairing } from './pair-pieces.js';
import { type Piece, textFact } from './piece.js';
import { inheritedFrom } from './pieces-of.js';

/** One thing that the rollback does; drops say under which names. */
export interface Work {
  readonly act: 'drop' | 'rename' | 'step aside' | 'alter' | 'create' | 'drop aside';
  readonly pairs: Pair[];
  late: boolean;
}

const ranks: Readonly<Record<Work['act'], number>> = {
  drop: 0,
  rename: 1,
  'step aside': 2,
  alter: 3,
  create: 4,
  'drop aside': 5,
};

interface Lanes {
  readonly nodes: Node<Work>[];
  readonly drops: Map<Pair, Node<Work>>;
  readonly alters: Map<Pair, Node<Work>>;
  readonly creates: Map<Pair, Node<Work>>;
  readonly asides: Map<Pair, Node<Work>>;
  readonly rename: Node<Work>;
}

export interface OrderInput {
  readonly pairing: Pairing;
  readonly decisions: Decisions;
  readonly context: EmitContext;
}

/** What the rollback does, in an order in which everything that is needed is there. */
export function orderWork(input: OrderInput): Order<Work> {
  const lanes = makeNodes(input);
  for (const decision of input.decisions.values()) connect(decision, lanes, input.pairing);
  waitForPartitions(input.pairing, lanes);
  waitForChecks(input.pairing, lanes);
  waitForAttributes(lanes);
  keepNamesApart(lanes);
  waitForRenames(lanes, input.pairing);
  return sortNodes(lanes.nodes);
}

function makeNodes({ pairing, decisions, context }: OrderInput): Lanes {
  const nodes: Node<Work>[] = [];
  const add = (act: Work['act'], pairs: Pair[]): Node<Work> => addNode(nodes, { act, pairs, late: false }, ranks[act]);
  const lanes: Lanes = {
    nodes,
    drops: new Map(),
    alters: new Map(),
    creates: new Map(),
    asides: new Map(),
    rename: add('rename', []),
  };
  const join = (lane: Map<Pair, Node<Work>>, pair: Pair, how: { act: Work['act']; container: Pair }): void => {
    const node = lane.get(how.container) ?? add(how.act, []);
    lane.set(how.container, node);
    lane.set(pair, node);
    if (how.container === pair) node.work.pairs.unshift(pair);
    else node.work.pairs.push(pair);
  };
  for (const decision of decisions.values()) {
    const { pair, fate } = decision;
    if (isDropped(decision))
      join(lanes.drops, pair, { act: 'drop', container: dropContainer(pair, pairing, decisions) });
    if (isMade(decision))
      join(lanes.creates, pair, { act: 'create', container: createContainer(pair, pairing, context) });
    const swapped = swappedWith(decision, pairing, decisions);
    if (fate === 'alter' && swapped === null) lanes.alters.set(pair, add('alter', [pair]));
    if (swapped === null) continue;
    join(lanes.asides, pair, { act: 'step aside', container: swapped });
    if (!isMade(decision)) join(lanes.creates, pair, { act: 'create', container: swapped });
    join(lanes.drops, pair, { act: 'drop aside', container: swapped });
  }
  return lanes;
}

/** The type that is replaced as a whole: the pair itself, or the composite type whose attribute it is. */
function swappedWith({ pair, fate }: Decision, { byAfter }: Pairing, decisions: Decisions): Pair | null {
  if (fate === 'swap') return pair;
  if (fate === 'drop' || pair.after?.parent?.startsWith('composite type ') !== true) return null;
  const holder = byAfter.get(pair.after.parent);
  return holder !== undefined && decisions.get(holder)?.fate === 'swap' ? holder : null;
}

function needs(piece: Piece | null): readonly string[] {
  return piece === null ? [] : [...piece.dependsOn, ...(piece.parent === null ? [] : [piece.parent])];
}

function connect({ pair }: Decision, lanes: Lanes, { byAfter, byBefore }: Pairing): void {
  const { drops, alters, creates, asides } = lanes;
  const aside = asides.get(pair);
  const drop = aside ?? drops.get(pair);
  const [alter, create] = [alters.get(pair), creates.get(pair)];
  comesBefore(drop, create);
  if (aside !== undefined) comesBefore(create, drops.get(pair));
  // An index leaves its partitioned one by other statements than its own.
  for (const key of pair.after?.kind === 'index partition' ? [] : needs(pair.after)) {
    const under = byAfter.get(key);
    if (under === undefined) continue;
    // What was moved into a new schema leaves it by its rename.
    if (under.after?.kind === 'schema' && pair.before !== null) comesBefore(lanes.rename, drops.get(under));
    comesBefore(drop, asides.get(under) ?? drops.get(under));
    comesBefore(drop, alters.get(under), false);
    comesBefore(alter, drops.get(under));
    // Of two types that are replaced, the one that is made of the other goes first.
    if (aside !== undefined) comesBefore(drops.get(pair), drops.get(under));
    comesBefore(asides.get(under), alter);
  }
  for (const key of needs(pair.before)) {
    const under = byBefore.get(key);
    if (under === undefined) continue;
    comesBefore(creates.get(under), create);
    comesBefore(creates.get(under), alter);
    comesBefore(alters.get(under), create, false);
    comesBefore(alters.get(under), alter, false);
  }
  if (pair.before?.kind === 'sequence' && pair.after !== null) {
    // Identity takes its sequence along, and brings one, when the column is altered.
    const owns = (piece: Piece): string => (textFact(piece, 'identityOf') === null ? '' : (piece.parent ?? ''));
    const [gives, takes] = [byAfter.get(owns(pair.after)), byBefore.get(owns(pair.before))];
    if (gives !== undefined) comesBefore(alters.get(gives), create);
    if (takes !== undefined) comesBefore(drops.get(pair), alters.get(takes));
  }
  connectPartition(pair, lanes, { byAfter, byBefore });
  connectHeir(pair, lanes, byBefore);
  connectKey(pair, lanes, { byAfter, byBefore });
}

/** A constraint needs what its index does: an operator class of an extension stands in no definition of it. */
function connectKey(
  { before, after }: Pair,
  { drops, creates }: Lanes,
  { byAfter, byBefore }: Pick<Pairing, 'byAfter' | 'byBefore'>,
): void {
  const link = (
    index: Piece | null,
    sides: ReadonlyMap<string, Pair>,
    apply: (key: Pair, under: Pair) => void,
  ): void => {
    const key = index?.kind === 'index' ? sides.get(textFact(index, 'madeBy') ?? '') : undefined;
    for (const name of key === undefined ? [] : (index?.dependsOn ?? [])) {
      const under = sides.get(name);
      if (key !== undefined && under !== undefined && under !== key) apply(key, under);
    }
  };
  link(before, byBefore, (key, under) => comesBefore(creates.get(under), creates.get(key)));
  link(after, byAfter, (key, under) => comesBefore(drops.get(key), drops.get(under)));
}

/** What a parent's column takes up again goes down to its heirs, who then can say more of it. */
function connectHeir({ before }: Pair, { alters, creates }: Lanes, byBefore: Pairing['byBefore']): void {
  if (before?.kind !== 'column') return;
  const own = byBefore.get(before.key);
  for (const key of inheritedFrom(before, (table) => byBefore.get(table)?.before ?? undefined)) {
    const parent = byBefore.get(key);
    if (parent === undefined || own === undefined) continue;
    for (const first of [alters.get(parent), creates.get(parent)])
      for (const second of [alters.get(own), creates.get(own)]) comesBefore(first, second, false);
  }
}

/** A domain within a type that a column has takes no check any more: it gets them before anything is made of it. */
function waitForChecks({ pairs }: Pairing, { creates }: Lanes): void {
  for (const check of pairs) {
    const domain = check.before?.kind === 'constraint' ? check.before.parent : null;
    const made = domain?.startsWith('domain ') === true ? creates.get(check) : undefined;
    if (domain == null || made === undefined) continue;
    for (const pair of pairs) {
      const usesDomain = pair.before?.parent !== domain && pair.before?.dependsOn.includes(domain) === true;
      if (usesDomain) comesBefore(made, creates.get(pair), false);
    }
  }
}

/** What has to wait until partitions are attached: a foreign key finds its rows only then. */
function waitForPartitions(pairing: Pairing, { creates }: Lanes): void {
  const attached = new Map<string, Node<Work>[]>();
  for (const pair of pairing.pairs) {
    const attach = pair.before?.kind === 'partition' ? creates.get(pair) : undefined;
    if (pair.before === null || attach === undefined) continue;
    const root = rootOf(pair.before);
    attached.set(root, [...(attached.get(root) ?? []), attach]);
  }
  if (attached.size === 0) return;
  const all = [...attached.values()].flat();
  // It is filled when it is made, whatever views stand between it and its tables.
  for (const [{ before }, node] of creates)
    if (before?.kind === 'materialized view') for (const attach of all) comesBefore(attach, node, false);
  for (const pair of pairing.pairs) {
    for (const key of tablesWithPartitions(pair.before))
      for (const attach of attachedUnder(key, pairing, attached)) comesBefore(attach, creates.get(pair), false);
  }
}

/** A partition that is attached gets every index that its table has by then: also those that it is to be without. */
function tablesWithPartitions(piece: Piece | null): readonly string[] {
  if (piece?.kind === 'index' && piece.facts['invalid'] === true && piece.parent !== null) return [piece.parent];
  return piece?.kind === 'constraint' && textFact(piece, 'type') === 'foreign key' ? referencedTables(piece) : [];
}

/** Of partitions that are partitioned themselves too. */
function attachedUnder(
  root: string,
  pairing: Pairing,
  attached: ReadonlyMap<string, readonly Node<Work>[]>,
): readonly Node<Work>[] {
  const below = pairing.pairs.flatMap(({ before }) =>
    before?.kind === 'partition' && before.parent !== null && rootOf(before) === root
      ? attachedUnder(before.parent, pairing, attached)
      : [],
  );
  return [...(attached.get(root) ?? []), ...below];
}

function rootOf(partition: Piece): string {
  return `table ${textFact(partition, 'partitionOf') ?? ''}`;
}

/** A table is attached with its indexes and constraints, and detached before those that came by attaching are dropped. */
function connectPartition(
  pair: Pair,
  { drops, creates, alters }: Lanes,
  { byAfter, byBefore }: Pick<Pairing, 'byAfter' | 'byBefore'>,
): void {
  const { before, after } = pair;
  const table = before?.parent ?? after?.parent;
  if ((before ?? after)?.kind === 'index partition' || table == null) return;
  if ((before ?? after)?.kind === 'column') {
    // Between leaving one parent and coming to the next its type can change.
    const link = `partition ${table.replace(/^(?:foreign )?table /, '')}`;
    const [gone, made] = [byAfter.get(link), byBefore.get(link)];
    if (gone !== undefined) comesBefore(drops.get(gone), alters.get(pair), false);
    if (made !== undefined) comesBefore(alters.get(pair), creates.get(made), false);
    return;
  }
  if (!['index', 'constraint'].includes((before ?? after)?.kind ?? '')) return;
  const name = (key: string): string => `partition ${key.replace(/^(?:foreign )?table /, '')}`;
  if (before?.parent != null) {
    const attach = creates.get(byBefore.get(name(before.parent)) ?? pair);
    if (attach !== creates.get(pair)) {
      comesBefore(creates.get(pair), attach);
      comesBefore(alters.get(pair), attach, false);
    }
  }
  if (after?.parent != null && (after.facts['madeBy'] !== undefined || after.facts['partitionOf'] !== undefined)) {
    const detach = drops.get(byAfter.get(name(after.parent)) ?? pair);
    if (detach !== drops.get(pair)) comesBefore(detach, drops.get(pair));
  }
}

/** An expression may spell out a value of a composite type, and then means all of its attributes. */
function waitForAttributes({ alters, creates }: Lanes): void {
  const attributes = new Map<string, Node<Work>[]>();
  for (const [{ before }, node] of creates) {
    if (before?.kind !== 'column' || before.parent?.startsWith('composite type ') !== true) continue;
    attributes.set(before.parent, [...(attributes.get(before.parent) ?? []), node]);
  }
  if (attributes.size === 0) return;
  for (const [{ before }, node] of [...creates, ...alters]) {
    if (before?.kind === 'column' || before?.kind === 'composite type') continue;
    for (const key of needs(before)) for (const attribute of attributes.get(key) ?? []) comesBefore(attribute, node);
  }
}

/** Two relations cannot have one name at a time, whatever they are. */
function keepNamesApart({ drops, creates }: Lanes): void {
  const going = new Map<string, Node<Work>[]>();
  for (const [{ current }, node] of drops) {
    if (current === null) continue;
    going.set(current.identity, [...(going.get(current.identity) ?? []), node]);
  }
  for (const [{ before }, node] of creates) {
    for (const other of going.get(before?.identity ?? '') ?? [])
      if (other.work.act === 'drop') comesBefore(other, node);
  }
}

/** Whatever can be dropped under the names of now goes before names change; the rest uses the former names. */
function waitForRenames({ drops, alters, creates, asides, rename }: Lanes, { pairs }: Pairing): void {
  const moving = new Set(
    pairs.flatMap(({ before, after }) =>
      after?.kind === 'schema' && before !== null && before.identity !== after.identity ? [after.identity] : [],
    ),
  );
  // What has left a schema that is gone comes back by its rename, and needs the schema then.
  const isRoom = ({ before }: Pair): boolean => before?.kind === 'schema' && !moving.has(before.identity);
  const made = [...creates].map(([pair, node]) => {
    if (isRoom(pair)) comesBefore(node, rename);
    return isRoom(pair) ? [] : [node];
  });
  for (const node of [...alters.values(), ...made.flat(), ...asides.values()]) comesBefore(rename, node);
  const afterOthers = reachableFrom([rename]);
  for (const node of new Set(drops.values())) {
    node.work.late = afterOthers.has(node);
    if (!node.work.late) comesBefore(node, rename);
  }
}
