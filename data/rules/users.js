/* SPDX-License-Identifier: GPL-3.0-or-later
 * version: 1
 *
 * _users: an administrator writes all of it; everyone changes their own password, and nothing about what they may do.
 * A pure function for validate_doc_update. (In CouchDB its own _design/_auth stands beside it, which lets no document have
 * the role _admin: there administrators are in the configuration.)
 */
function (newDoc, oldDoc, userCtx, secObj) {
  'use strict';

  function refuse(reason) {
    throw { forbidden: reason };
  }
  function isSameSet(one, other) {
    var i;
    if (one.length !== other.length) return false;
    for (i = 0; i < one.length; i += 1) {
      if (other.indexOf(one[i]) < 0) return false;
    }
    return true;
  }

  var prefix = 'org.couchdb.user:', roles = newDoc.roles, isAdmin = userCtx.roles.indexOf('_admin') >= 0, i;

  if (newDoc._id.slice(0, prefix.length) !== prefix) refuse('The id must be org.couchdb.user: and the name.');
  if (!isAdmin) {
    if (!userCtx.name) throw { unauthorized: 'Sign in first.' };
    if (newDoc._id !== prefix + userCtx.name) refuse('You may only change your own account.');
    if (newDoc._deleted === true) refuse('An administrator removes accounts.');
  }
  if (newDoc._deleted === true) return;

  if (newDoc.type !== 'user') refuse('The type must be user.');
  if (typeof newDoc.name !== 'string' || newDoc._id !== prefix + newDoc.name) refuse('The name must be that of the id.');
  if (newDoc.name.length < 1 || newDoc.name.length > 200 || /[:\n\r\t]/.test(newDoc.name) || newDoc.name.charAt(0) === '_') {
    refuse('A name has 1 to 200 characters, no colon, and does not begin with _.');
  }
  if (!Array.isArray(roles) || roles.length > 100) refuse('roles must be a list of at most 100.');
  for (i = 0; i < roles.length; i += 1) {
    if (typeof roles[i] !== 'string' || roles[i].length < 1 || roles[i].length > 100) refuse('A role is text of at most 100 characters.');
    if (roles[i].charAt(0) === '_' && roles[i] !== '_admin') refuse('There is no role ' + roles[i] + '.');
    if (/^org:/.test(roles[i]) && !/^org:[0-9]{9}$/.test(roles[i])) refuse('The role of an organisation is org: and its nine digits.');
  }
  // Against what the account may do now, not against the old document: it is not there when a revision comes without its ancestors.
  if (!isAdmin && !isSameSet(roles, userCtx.roles)) refuse('Only an administrator changes roles.');
  if (newDoc.password_scheme !== undefined && newDoc.password_scheme !== 'pbkdf2') refuse('The password scheme must be pbkdf2.');
  if (newDoc.pbkdf2_prf !== undefined && newDoc.pbkdf2_prf !== 'sha' && newDoc.pbkdf2_prf !== 'sha256') refuse('pbkdf2_prf must be sha or sha256.');
  if (newDoc.password_scheme === 'pbkdf2') {
    if (typeof newDoc.iterations !== 'number' || newDoc.iterations % 1 !== 0 || newDoc.iterations < 1 || newDoc.iterations > 2000000) {
      refuse('iterations must be a whole number from 1 to 2,000,000.');
    }
    if (typeof newDoc.salt !== 'string' || typeof newDoc.derived_key !== 'string' || !/^[0-9a-fA-F]{40,64}$/.test(newDoc.derived_key)) {
      refuse('salt and derived_key must be there.');
    }
  }
}
