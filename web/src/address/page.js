/**
 * Which of the server's pages this is: the chat with the inspector beside it, or the inspector alone.
 *
 * Usage: `if (page === "inspect") …`
 */

/** @type {"chat" | "inspect"} */
export const page = document.getElementById("app")?.dataset.page === "inspect" ? "inspect" : "chat";
