// Who is here, as far as the screens differ: an inspector reports and looks, somebody of a unit puts right and shows it.

/** Whether whoever is signed in works for a unit (承办人). */
export const handles = (app) => app.session?.person.role === "handler";
