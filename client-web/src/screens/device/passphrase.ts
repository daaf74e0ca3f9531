// The bytes of what was typed. What stays behind in the field is overwritten at once.

export function takeBytes(...fields: (HTMLInputElement | undefined)[]): Uint8Array {
  const [first] = fields;
  // One sequence of bytes for one text, whatever keyboard made it.
  const bytes = new TextEncoder().encode((first?.value ?? '').normalize('NFC'));
  for (const field of fields) if (field) field.value = '';
  return bytes;
}
