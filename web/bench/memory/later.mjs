const ID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/;
const HOUR_S = 3600n;

/** The same frame some hours later: what is named by an id that was made in that hour has another one. */
export function later(bytes, hours, { fromBinary, toBinary, ServerFrameSchema }) {
  const frame = fromBinary(ServerFrameSchema, bytes);
  move(frame, hours);
  return toBinary(ServerFrameSchema, frame);
}

function move(message, hours) {
  if (message.$typeName === 'google.protobuf.Timestamp') {
    message.seconds += BigInt(hours) * HOUR_S;
    return;
  }
  for (const [name, value] of Object.entries(message)) {
    if (typeof value === 'string' && ID.test(value)) message[name] = another(value, hours);
    else if (Array.isArray(value)) value.forEach((one, at) => { if (typeof one === 'string' && ID.test(one)) value[at] = another(one, hours); else if (isMessage(one)) move(one, hours); });
    else if (isMessage(value)) move(value, hours);
  }
}

const isMessage = (value) => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** The last digits are random; those of an hour are far enough from those of another. */
function another(id, hours) {
  return hours === 0 ? id : id.slice(0, -4) + ((Number.parseInt(id.slice(-4), 16) + hours) & 0xffff).toString(16).padStart(4, '0');
}
