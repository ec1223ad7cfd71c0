/*
 * api: JSON requests to our own server.
 *
 * It never throws, but always answers { status, data, text, now_ms }. status is 0 when there was no
 * answer; data is the JSON or {}; text says what went wrong, in words for people, "" after success;
 * now_ms is the server's clock.
 */
const OFFLINE = "The server cannot be reached. Please check your connection.";
const FAILED = "Something went wrong on our side. Please try again in a moment.";

export async function request(url, options = {}) {
  let response;
  try {
    const headers = { Accept: "application/json", ...options.headers };
    response = await fetch(url, { ...options, headers });
  } catch {
    return { status: 0, data: {}, text: OFFLINE, now_ms: NaN };
  }
  const data = await response.json().catch(() => ({}));
  return {
    status: response.status,
    data,
    text: response.ok ? "" : (data.error?.message ?? FAILED),
    now_ms: Date.parse(response.headers.get("Date")),
  };
}

/* A page of ours as a document; `body`: the form that is posted for it. XMLHttpRequest parses it; the
 * policy allows no DOMParser. */
export function pageOf(url, body) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(body ? "POST" : "GET", url);
    xhr.responseType = "document";
    xhr.addEventListener("load", () => (xhr.response ? resolve(xhr.response) : reject()));
    xhr.addEventListener("error", reject);
    xhr.send(body);
  });
}

export function post(url, body, csrf) {
  return request(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
    keepalive: true, // the answer may come after the page is gone
  });
}
