// Who looks: logging in and out, where users are asked for.
import { ask, make } from './app.js';
import { texts } from './texts.js';

export const visitor = { role: 'nobody' };
export const isAdmin = () => visitor.role === 'admin';

// Whether somebody is known who may look.
async function take(answer) {
  Object.assign(visitor, { user: null }, await answer);
  return visitor.role !== 'nobody';
}
export const knowVisitor = () => take(ask('/api/session'));

export function showLogin(main, entered) {
  const user = make('input', { id: 'user', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true }),
    password = make('input', { id: 'password', type: 'password', autocomplete: 'current-password', required: true }),
    enter = make('button', { type: 'submit', class: 'main' }, texts.logIn), said = make('p', { role: 'alert' });
  const form = make('form', { class: 'login' }, make('h2', {}, texts.logIn),
    make('label', { for: 'user' }, texts.user), user, make('label', { for: 'password' }, texts.password), password, enter, said);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    enter.disabled = true;
    said.textContent = '';
    try {
      if (await take(ask('/api/session', { user: user.value, password: password.value }))) entered();
    } catch (error) {
      said.textContent = error.wait ? texts.tooOften(error.wait) : error.status === 401 ? texts.wrongPassword : `${texts.failed}: ${error.message}`;
      password.select();
    }
    enter.disabled = false;
  });
  main.replaceChildren(form);
  user.focus();
}

// Who it is, and the way out.
export function showVisitor(place) {
  const leave = () => fetch('/api/session', { method: 'DELETE' }).finally(() => location.reload());
  place.replaceChildren(...(visitor.user ? [make('span', {}, visitor.user), ' ', make('button', { type: 'button', onclick: leave }, texts.logOut)] : []));
}
