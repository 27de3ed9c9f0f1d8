/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "samspill-attachments.h"

#define HELLO_SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define HELLO_DIGEST "md5-XUFAKrxLKna5cZ2REBfFkg=="
#define HELLO_STUB(revpos)                                                                                             \
  "{\"content_type\":\"text/plain\"," revpos "\"digest\":\"" HELLO_DIGEST                                              \
  "\",\"length\":5,\"stub\":true,\"sha256\":\"" HELLO_SHA256 "\"}"

static char *
take_with (StoreFixture *fixture, const char *parent, const char *attachments, const SamspillFollowing *following,
           guint n, SamspillAttachmentsMode mode, GError **error)
{
  return samspill_attachments_take (fixture->store, "mine", "a", parent, attachments, following, n, mode, 1000, error);
}

static void
assert_taken (StoreFixture *fixture, const char *parent, const char *attachments, SamspillAttachmentsMode mode,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *taken = take_with (fixture, parent, attachments, NULL, 0, mode, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (taken, ==, expected);
}

static void
assert_refused (StoreFixture *fixture, const char *parent, const char *attachments, SamspillAttachmentsMode mode,
                int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (take_with (fixture, parent, attachments, NULL, 0, mode, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, code);
}

static void
test_data (StoreFixture *fixture, gconstpointer data)
{
  assert_taken (fixture, NULL, NULL, SAMSPILL_ATTACHMENTS_EDIT, "{}");
  assert_taken (fixture, NULL, "{\"x\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\",\"revpos\":7}}",
                SAMSPILL_ATTACHMENTS_EDIT, "{\"x\":" HELLO_STUB ("") "}");
  assert_taken (fixture, NULL, "{\"x\":{\"content_type\":\"text/plain\",\"data\":\"aGVs\\r\\nbG8=\",\"revpos\":7}}",
                SAMSPILL_ATTACHMENTS_REPLICATED, "{\"x\":" HELLO_STUB ("\"revpos\":7,") "}");
  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_HERE);
}

static void
test_bad (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *zeros = g_strnfill (2000, 'A');
  g_autofree char *large = g_strdup_printf ("{\"x\":{\"data\":\"%s\"}}", zeros);
  const char *bad[] = {
    "[]",
    "{\"x\":1}",
    "{\"x\":{}}",
    "{\"x\":{\"data\":1}}",
    "{\"x\":{\"data\":\"aGVsbG8\"}}",
    "{\"x\":{\"data\":\"aGVsb*8=\"}}",
    "{\"x\":{\"data\":\"aG=sbG8=\"}}",
    "{\"_x\":{\"data\":\"aGVsbG8=\"}}",
    "{\"x\":{\"data\":\"aGVsbG8=\",\"length\":6}}",
    "{\"x\":{\"data\":\"aGVsbG8=\",\"digest\":\"md5-AAAAAAAAAAAAAAAAAAAAAA==\"}}",
    "{\"x\":{\"data\":\"aGVsbG8=\",\"encoding\":\"gzip\"}}",
    "{\"x\":{\"follows\":true,\"length\":5}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (take_with (fixture, NULL, bad[i], NULL, 0, SAMSPILL_ATTACHMENTS_LATER, &error));
      g_assert_nonnull (error);
    }
  assert_refused (fixture, NULL, large, SAMSPILL_ATTACHMENTS_EDIT, SAMSPILL_STORE_ERROR_TOO_LARGE);
  assert_refused (fixture, NULL, "{\"x\":{\"stub\":true}}", SAMSPILL_ATTACHMENTS_EDIT,
                  SAMSPILL_STORE_ERROR_BLOB_MISSING);
}

static SamspillBlob *
add (StoreFixture *fixture, const char *content)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (content, -1, NULL);

  return samspill_store_add_blob (fixture->store, stream, 1000, NULL, NULL);
}

static void
test_following (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillBlob) first = add (fixture, "first"), second = add (fixture, "second"),
                           named = add (fixture, "named");
  const SamspillFollowing following[] = { { NULL, first }, { "n", named }, { NULL, second } };
  g_autoptr (GError) error = NULL;
  g_autofree char *taken = take_with (fixture, NULL,
                                      "{\"b\":{\"follows\":true,\"length\":5},\"n\":{\"follows\":true},"
                                      "\"a\":{\"follows\":true}}",
                                      following, 3, SAMSPILL_ATTACHMENTS_EDIT, &error);
  g_autoptr (GPtrArray) all = NULL;
  const char *expected[] = { first->sha256, named->sha256, second->sha256 };

  g_assert_no_error (error);
  all = samspill_attachments_list (fixture->store, taken, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (((SamspillAttachment *)all->pdata[i])->sha256, ==, expected[i]);
}

static SamspillBlob *
add_gzip (StoreFixture *fixture, const char *content)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_data (content, -1, NULL);
  g_autoptr (GInputStream) packed = g_converter_input_stream_new (plain, converter);

  return samspill_store_add_blob (fixture->store, packed, 1000, NULL, NULL);
}

/* As CouchDB's replicator sends what it keeps packed; later it names it by the digest of the packed bytes. */
static void
test_packed (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillBlob) packed = add_gzip (fixture, "hello");
  const SamspillFollowing following = { NULL, packed };
  g_autofree char *digest = samspill_digest_from_md5 (packed->md5);
  g_autofree char *sent =
      g_strdup_printf ("{\"x\":{\"content_type\":\"text/plain\",\"revpos\":1,\"digest\":\"%s\",\"length\":5,"
                       "\"follows\":true,\"encoding\":\"gzip\",\"encoded_length\":%" G_GUINT64_FORMAT "}}",
                       digest, packed->length);
  g_autofree char *stub =
      g_strdup_printf ("{\"x\":{\"content_type\":\"text/plain\",\"revpos\":1,\"digest\":\"%s\",\"length\":5,"
                       "\"stub\":true,\"encoding\":\"gzip\"}}",
                       digest);
  const char *first[] = { "1-aa", NULL };
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autoptr (GError) error = NULL;
  g_autofree char *taken = take_with (fixture, NULL, sent, &following, 1, SAMSPILL_ATTACHMENTS_REPLICATED, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (taken, ==, "{\"x\":" HELLO_STUB ("\"revpos\":1,") "}");
  samspill_store_insert (fixture->store, "mine", "a", first, FALSE, body, taken, &error);
  g_assert_no_error (error);
  assert_taken (fixture, "1-aa", stub, SAMSPILL_ATTACHMENTS_REPLICATED, "{\"x\":" HELLO_STUB ("\"revpos\":1,") "}");
}

static void
test_stubs (StoreFixture *fixture, gconstpointer data)
{
  static const char STUB[] =
      "{\"x\":{\"stub\":true,\"digest\":\"" HELLO_DIGEST "\",\"length\":5,\"content_type\":\"text/plain\"}}";
  g_autoptr (SamspillBlob) blob = add (fixture, "hello");
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;

  assert_refused (fixture, NULL, STUB, SAMSPILL_ATTACHMENTS_EDIT, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  /* Nobody gets another's file by knowing its digest. */
  assert_refused (fixture, NULL, STUB, SAMSPILL_ATTACHMENTS_REPLICATED, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  first = samspill_attachments_put (fixture->store, "mine", "a", NULL, "x", "text/plain", blob, &error);
  g_assert_no_error (error);
  assert_taken (fixture, first, "{\"x\":{\"stub\":true}}", SAMSPILL_ATTACHMENTS_EDIT,
                "{\"x\":" HELLO_STUB ("\"revpos\":1,") "}");
  assert_refused (fixture, first, "{\"y\":{\"stub\":true}}", SAMSPILL_ATTACHMENTS_EDIT,
                  SAMSPILL_STORE_ERROR_BLOB_MISSING);
  assert_refused (fixture, first, "{\"x\":{\"stub\":true,\"digest\":\"md5-AAAAAAAAAAAAAAAAAAAAAA==\"}}",
                  SAMSPILL_ATTACHMENTS_EDIT, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  second = samspill_attachments_put (fixture->store, "mine", "a", first, "x", NULL, NULL, &error);
  g_assert_no_error (error);
  assert_refused (fixture, second, STUB, SAMSPILL_ATTACHMENTS_EDIT, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  /* A replicated revision may have it from any other of the document. */
  assert_taken (fixture, second, STUB, SAMSPILL_ATTACHMENTS_REPLICATED, "{\"x\":" HELLO_STUB ("\"revpos\":1,") "}");
}

static void
test_put (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillBlob) blob = add (fixture, "hello");
  g_autoptr (GError) error = NULL;
  g_autofree char *first = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *second = NULL, *third = NULL,
                  *body = NULL;
  g_autoptr (SamspillDocument) document = NULL;

  second = samspill_attachments_put (fixture->store, "mine", "a", first, "ø/x.txt", "text/plain", blob, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (second, "2-"));
  document = samspill_store_get (fixture->store, "mine", "a", NULL, NULL);
  g_assert_cmpstr (document->attachments, ==,
                   "{\"ø/x.txt\":{\"content_type\":\"text/plain\",\"digest\":\"" HELLO_DIGEST
                   "\",\"length\":5,\"stub\":true,\"sha256\":\"" HELLO_SHA256 "\",\"revpos\":2}}");
  body = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (body, ==, "{\"n\":1}");
  g_assert_null (samspill_attachments_put (fixture->store, "mine", "a", first, "y", "text/plain", blob, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_null (samspill_attachments_put (fixture->store, "mine", "a", second, "y", NULL, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  third = samspill_attachments_put (fixture->store, "mine", "a", second, "ø/x.txt", NULL, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&document, samspill_document_free);
  document = samspill_store_get (fixture->store, "mine", "a", NULL, NULL);
  g_assert_null (document->attachments);
  store_assert_clean (fixture->store);
}

static SamspillAttachment *
get_attachment (StoreFixture *fixture)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (fixture->store, "mine", "a", NULL, NULL);

  return samspill_attachments_find (fixture->store, document->attachments, "x");
}

static void
write_text (SamspillBlobWriter *writer, const char *text)
{
  g_autoptr (GError) error = NULL;

  samspill_blob_writer_write (writer, (const guint8 *)text, strlen (text), &error);
  g_assert_no_error (error);
}

/* Pulled as a stub; wanted; cut on the way; the program ended; fetched to the end. */
static void
test_fetched (StoreFixture *fixture, gconstpointer data)
{
  static const char STUB[] = "{\"x\":{\"content_type\":\"text/plain\",\"revpos\":1,\"digest\":\"" HELLO_DIGEST
                             "\",\"length\":5,\"stub\":true}}";
  const char *first[] = { "1-aa", NULL };
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autoptr (GError) error = NULL;
  g_autofree char *taken = take_with (fixture, NULL, STUB, NULL, 0, SAMSPILL_ATTACHMENTS_LATER, &error);
  g_autoptr (SamspillAttachment) attachment = NULL;
  g_autoptr (SamspillBlobWriter) writer = NULL;
  g_autoptr (SamspillBlob) blob = NULL;
  g_autoptr (GPtrArray) wanted = NULL;
  guint64 already = 7;

  g_assert_no_error (error);
  samspill_store_insert (fixture->store, "mine", "a", first, FALSE, body, taken, &error);
  attachment = get_attachment (fixture);
  g_assert_cmpint (attachment->state, ==, SAMSPILL_BLOB_REMOTE);
  g_assert_null (attachment->sha256);
  g_assert_true (samspill_attachment_set_state (fixture->store, attachment, SAMSPILL_BLOB_WANTED, &error));
  g_assert_no_error (error);
  wanted = samspill_attachments_list_wanted (fixture->store, "mine", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (wanted->len, ==, 1);
  g_assert_cmpstr (((SamspillWanted *)wanted->pdata[0])->rev, ==, "1-aa");
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  store_assert_clean (fixture->store);

  writer = samspill_attachment_fetch (fixture->store, attachment, &already, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (already, ==, 0);
  g_assert_null (samspill_attachment_fetch (fixture->store, attachment, &already, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BUSY);
  g_clear_error (&error);
  write_text (writer, "hel");
  g_clear_pointer (&writer, samspill_blob_writer_free);
  store_fixture_reopen (fixture);
  writer = samspill_attachment_fetch (fixture->store, attachment, &already, &error);
  g_assert_cmpuint (already, ==, 3);
  g_assert_null (samspill_blob_writer_finish (writer, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
  g_clear_error (&error);
  write_text (writer, "lo");
  blob = samspill_blob_writer_finish (writer, &error);
  g_assert_no_error (error);
  g_assert_true (samspill_attachments_settle (fixture->store, "mine", "a", blob, &error));
  g_assert_no_error (error);

  g_clear_pointer (&attachment, samspill_attachment_free);
  attachment = get_attachment (fixture);
  g_assert_cmpint (attachment->state, ==, SAMSPILL_BLOB_HERE);
  g_assert_cmpstr (attachment->sha256, ==, HELLO_SHA256);
  g_clear_pointer (&wanted, g_ptr_array_unref);
  wanted = samspill_attachments_list_wanted (fixture->store, "mine", &error);
  g_assert_cmpuint (wanted->len, ==, 0);
  store_assert_clean (fixture->store);
}

/* What came is something else: thrown away, so that the next attempt begins anew. */
static void
test_wrong_bytes (StoreFixture *fixture, gconstpointer data)
{
  SamspillAttachment attachment = { .name = (char *)"x", .digest = (char *)HELLO_DIGEST, .length = 5 };
  g_autoptr (GError) error = NULL;
  guint64 already;
  g_autoptr (SamspillBlobWriter) writer = samspill_attachment_fetch (fixture->store, &attachment, &already, &error);

  write_text (writer, "hellO");
  g_assert_null (samspill_blob_writer_finish (writer, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
  g_clear_error (&error);
  g_clear_pointer (&writer, samspill_blob_writer_free);
  writer = samspill_attachment_fetch (fixture->store, &attachment, &already, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (already, ==, 0);
  g_assert_false (samspill_blob_writer_write (writer, (const guint8 *)"hello!", 6, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/attachments/data-becomes-a-stub", test_data);
  store_fixture_add ("/store/attachments/bad-ones-are-refused", test_bad);
  store_fixture_add ("/store/attachments/following-by-name-or-order", test_following);
  store_fixture_add ("/store/attachments/packed-are-kept-unpacked", test_packed);
  store_fixture_add ("/store/attachments/stubs-are-of-the-same-document", test_stubs);
  store_fixture_add ("/store/attachments/one-set-or-removed", test_put);
  store_fixture_add ("/store/attachments/fetched-in-two-goes", test_fetched);
  store_fixture_add ("/store/attachments/wrong-bytes-are-thrown-away", test_wrong_bytes);
  return g_test_run ();
}
