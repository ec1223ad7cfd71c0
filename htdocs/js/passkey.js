/*
 * passkey: asks the browser for a passkey and sends what it answers with the form.
 *
 *   form[data-passkey="get"]      is shown, and its button asks for a passkey; data-alone: nothing else proves
 *                                 who it is, so the device has to verify its user; data-known: ids of those
 *                                 that will do, with blanks between
 *   form[data-passkey="create"]   ... makes a new one
 *     data-options=ADDRESS        where the challenge comes from
 *     [role="alert"]              says what went wrong
 *   [data-passkey-lacking]        is shown where the browser knows no passkeys
 */
import { request } from "./api.js";

const ALGORITHMS = [-7, -8, -257]; // ES256, EdDSA, RS256
const WAIT_MS = 4 * 60 * 1000; // less than a challenge is good for
const WORDS = {
  NotAllowedError: "It was cancelled, or took too long. Please try again.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "This browser does not allow passkeys at this address.",
};

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

function base64url(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer ?? []));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const challengeOf = ({ challenge }) => new TextEncoder().encode(challenge);

const listed = (ids) => ids.map((id) => ({ type: "public-key", id: bytes(id) }));

function ask(options, { alone, known }) {
  return navigator.credentials.get({
    publicKey: {
      challenge: challengeOf(options),
      rpId: options.site,
      allowCredentials: listed(known ? known.split(" ") : []),
      userVerification: alone ? "required" : "preferred",
      timeout: WAIT_MS,
    },
  });
}

function make(options) {
  return navigator.credentials.create({
    publicKey: {
      challenge: challengeOf(options),
      rp: { id: options.site, name: options.site_name },
      user: { id: bytes(options.user), name: options.handle, displayName: options.name },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: listed(options.known),
      authenticatorSelection: {
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "preferred",
      },
      attestation: "none",
      timeout: WAIT_MS,
    },
  });
}

function fill(form, credential) {
  const { response } = credential;
  const values = { id: base64url(credential.rawId), client: base64url(response.clientDataJSON) };

  if (form.dataset.passkey === "create") {
    values.data = base64url(response.getAuthenticatorData());
    values.algorithm = response.getPublicKeyAlgorithm();
  } else {
    values.data = base64url(response.authenticatorData);
    values.signature = base64url(response.signature);
    values.user = base64url(response.userHandle);
  }
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
}

function say(form, text) {
  const alert = form.querySelector('[role="alert"]');
  alert.textContent = text;
  alert.hidden = !text;
}

async function run(form) {
  const { data, text, status } = await request(form.dataset.options);

  if (status === 401) return form.submit(); // the server says what is missing
  if (text) return say(form, text);
  try {
    fill(form, form.dataset.passkey === "create" ? await make(data) : await ask(data, form.dataset));
  } catch (error) {
    return say(form, WORDS[error.name] ?? `The browser says: ${error.message}`);
  }
  form.submit(); // without another submit event
}

const able = Boolean(globalThis.PublicKeyCredential && navigator.credentials);
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    const button = form.querySelector("button");

    event.preventDefault();
    say(form, "");
    button.disabled = true;
    await run(form);
    button.disabled = false;
  });
}
for (const note of document.querySelectorAll("[data-passkey-lacking]")) note.hidden = able;
