import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { type Piece, textFact } from '../../piece.js';
import { bareName, leadingNames } from '../../sql-names.js';
import { asideName } from './aside.js';

/** Moves a range, its multirange and their constructors out of the way of their successors. */
export function rangeAside(piece: Piece): { readonly aside: readonly string[]; readonly dropAside: readonly string[] } {
  const range = asideName(piece.identity);
  const multirange = multirangeOf(piece);
  const own = [piece.identity, ...(multirange === null ? [] : [multirange])];
  return {
    aside: [
      ...own.map(moveConstructors),
      ...own.map((identity) => `ALTER TYPE ${identity} RENAME TO ${asideName(identity).name}`),
    ],
    dropAside: [`DROP TYPE ${range.identity}`],
  };
}

/** The multirange that is made with a range. */
export function multirangeOf(piece: Piece): string | null {
  const [, after] = (textFact(piece, 'definition') ?? '').split('MULTIRANGE_TYPE_NAME = ');
  return after === undefined ? null : leadingNames(after).join('.');
}

/** Their arguments may be of a type that has already moved, so the catalog has to name them. */
function moveConstructors(identity: string): string {
  const to = bareName(asideName(identity).name);
  return `DO $move$
DECLARE constructor pg_catalog.regprocedure;
BEGIN
  FOR constructor IN
    SELECT d.objid::pg_catalog.regprocedure FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'i'
      AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
      AND d.refobjid = ${quoteLiteral(identity)}::pg_catalog.regtype
  LOOP
    EXECUTE pg_catalog.format('ALTER FUNCTION %s RENAME TO %I', constructor, ${quoteLiteral(to)});
  END LOOP;
END $move$`;
}
