import { CharsetError, FieldError, Malformed, Unencodable } from './codec-errors.ts';
import { amountCodec } from './fields/amount.ts';
import { codeCodec } from './fields/code.ts';
import { dateCodec, dateOrNoneCodec } from './fields/date.ts';
import { numCodec } from './fields/num.ts';
import { sizedTextCodec } from './fields/sized-text.ts';
import { textCodec } from './fields/text.ts';
import { timeCodec } from './fields/time.ts';
import { type Field, type GroupField, type Layout, sizeOf, type Values } from './layout.ts';

type PlainField = Exclude<Field, GroupField>;
type Codec<F> = { encode(field: F, value: never): Buffer; decode(field: F, bytes: Buffer): unknown };

const CODECS = {
  num: numCodec,
  amount: amountCodec,
  text: textCodec,
  sizedText: sizedTextCodec,
  date: dateCodec,
  dateOrNone: dateOrNoneCodec,
  time: timeCodec,
  code: codeCodec,
} satisfies { [T in PlainField['type']]: Codec<Extract<PlainField, { type: T }>> };

/** The bytes of a record. Throws {@link Unencodable}, which names the field. */
export function encodeRecord<L extends Layout>(layout: L, values: Values<L>): Buffer {
  return encodeFields(layout, values, '');
}

/** The values of a record. Encoding them again gives the same bytes. Throws {@link Malformed}. */
export function decodeRecord<L extends Layout>(layout: L, bytes: Buffer): Values<L> {
  const expected = sizeOf(layout);
  if (bytes.length !== expected)
    throw new Malformed('body', `has ${bytes.length} bytes instead of ${expected}`);
  return decodeFields(layout, bytes, '') as Values<L>;
}

function encodeFields(layout: Layout, values: Record<string, unknown>, path: string): Buffer {
  const parts = Object.entries(layout).map(([name, field]) => encodeField(field, values[name], path + name));
  return Buffer.concat(parts);
}

function encodeField(field: Field, value: unknown, path: string): Buffer {
  if (field.type === 'group') return encodeGroup(field, value as Record<string, unknown>[], path);
  try {
    return codecOf(field).encode(field, value as never);
  } catch (fault) {
    throw fault instanceof FieldError ? new Unencodable(path, fault.message) : fault;
  }
}

function encodeGroup(field: GroupField, records: Record<string, unknown>[], path: string): Buffer {
  if (records.length > field.max) {
    throw new Unencodable(path, `has ${records.length} records, the group holds ${field.max}`);
  }
  const bytes = Buffer.alloc(field.bytes, ' ');
  bytes.write(String(records.length).padStart(field.countDigits, '0'), 0, 'latin1');
  records.forEach((record, i) => {
    encodeFields(field.record, record, `${path}[${i}].`).copy(
      bytes,
      field.countDigits + i * sizeOf(field.record),
    );
  });
  return bytes;
}

function decodeFields(layout: Layout, bytes: Buffer, path: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const [name, field] of Object.entries(layout)) {
    values[name] = decodeField(field, bytes.subarray(at, at + field.bytes), path + name);
    at += field.bytes;
  }
  return values;
}

/** The value of one field's bytes. `path` is its name in the fault. */
export function decodeField(field: Field, bytes: Buffer, path: string): unknown {
  try {
    if (field.type === 'group') return decodeGroup(field, bytes, path);
    return codecOf(field).decode(field, bytes);
  } catch (fault) {
    throw fault instanceof FieldError
      ? new Malformed(path, fault.message, fault instanceof CharsetError)
      : fault;
  }
}

function decodeGroup(field: GroupField, bytes: Buffer, path: string): unknown[] {
  const from = field.countDigits;
  const count = Number(numCodec.decode({ type: 'num', bytes: from }, bytes.subarray(0, from)));
  if (count > field.max)
    throw new FieldError(`has a count of ${count} records, the group holds ${field.max}`);
  const size = sizeOf(field.record);
  const used = from + count * size;
  if (bytes.subarray(used).some((byte) => byte !== 0x20))
    throw new FieldError('has bytes after its last record');
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * size;
    return decodeFields(field.record, bytes.subarray(at, at + size), `${path}[${i}].`);
  });
}

/** The table pairs each field with the codec of its type. The compiler cannot follow this pair through the lookup. */
function codecOf(field: PlainField): Codec<PlainField> {
  return CODECS[field.type] as unknown as Codec<PlainField>;
}
