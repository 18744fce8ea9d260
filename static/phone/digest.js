// SHA-256 of bytes, in lower-case hex, or as a Content-Digest (RFC 9530).

export async function sha256(data, subtle = globalThis.crypto.subtle) {
  const digest = new Uint8Array(await subtle.digest("SHA-256", data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The head that tells the server what the body was, so that one that lost it on the way is found out. */
export async function contentDigest(text, subtle = globalThis.crypto.subtle) {
  const digest = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}
