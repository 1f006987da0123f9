/** Words of column names that speak of persons. */
const personal = new Set(
  (
    'address birth birthdate birthday birthplace cell city citizen diagnosis dob email emails ethnicity fax firstname forename ' +
    'fullname gender iban ip lastname latitude longitude mail mobile nationality nickname passport passwd password ' +
    'phone phones postcode religion salary sex ssn street surname tel telephone username zip zipcode'
  ).split(' '),
);
const ofName = new Set(['first', 'last', 'full', 'given', 'family', 'middle', 'maiden', 'sur', 'user', 'display']);

/** Those of the columns that by their names hold data of persons. No promise: a column called `notes` may too. */
export function personalColumns(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => {
    const words = column
      .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .split(/[^a-z\d]+/);
    return words.some((word, at) => personal.has(word) || (word === 'name' && ofName.has(words[at - 1] ?? '')));
  });
}
