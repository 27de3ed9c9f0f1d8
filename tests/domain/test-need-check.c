/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-need-check.h"

/* "solution:app vague:ofte no-effect …", in the order of the remarks. */
static char *
summary_of (const char *text)
{
  g_autoptr (GPtrArray) remarks = samspill_need_check_text (text, NULL);
  GString *summary = g_string_new (NULL);

  g_ptr_array_set_free_func (remarks, (GDestroyNotify)samspill_remark_free);
  for (guint i = 0; i < remarks->len; i++)
    {
      const SamspillRemark *remark = remarks->pdata[i];

      g_assert_null (remark->field);
      g_assert_cmpstr (remark->message, !=, "");
      g_assert_nonnull (remark->mend);
      g_string_append_printf (summary, "%s%s", i > 0 ? " " : "", samspill_remark_kind_to_string (remark->kind));
      if (remark->start >= 0)
        {
          g_autofree char *words = g_utf8_substring (text, remark->start, remark->end);

          g_string_append_printf (summary, ":%s", words);
          if (remark->kind != SAMSPILL_REMARK_PERSONAL_DATA)
            g_assert_cmpstr (words, ==, remark->words);
        }
    }
  return g_string_free (summary, FALSE);
}

typedef struct
{
  const char *text, *expected; /* expected: remarks about words only */
} Case;

/* Of the words only: what is missing is another test's matter. */
static void
assert_cases (const Case *cases, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      g_autofree char *summary = summary_of (cases[i].text);
      char *end = strstr (summary, "no-effect");

      end = end != NULL ? end : strstr (summary, "no-user-group");
      end = end != NULL ? end : strstr (summary, "no-owner");
      if (end != NULL)
        *end = '\0';
      g_strchomp (summary);
      if (strcmp (summary, cases[i].expected) != 0)
        g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (summary, ==, cases[i].expected);
    }
}

static void
test_solutions (void)
{
  static const Case cases[] = {
    { "Vi trenger en app for vannlekkasjer.", "solution:app" },
    { "Vi treng ein app for vasslekkasjar.", "solution:app" },
    { "Vi trenger APPEN nå.", "solution:APPEN" },
    { "Kommunen vil ha en portal og en chatbot.", "solution:portal solution:chatbot" },
    { "Kommunen ønskjer ei felles løysing.", "solution:løysing" },
    { "Lekkasjeappen skal varsle innbyggerne.", "solution:Lekkasjeappen" },
    { "Vi må få på plass et nytt system.", "solution:system" },
    { "Me treng eit system som varslar.", "solution:system" },
    { "Vi mangler et verktøy for oversikt.", "solution:verktøy" },
    { "Systemet skal varsle driftsoperatøren.", "solution:Systemet" },
    { "Hvordan kan vi varsle folk med tekstmelding når det haster?", "solution:tekstmelding" },
    { "Vi vil bruke kunstig intelligens.", "solution:kunstig intelligens" },
    { "Vi vil ta i bruk KI-verktøy.", "solution:KI-verktøy" },
    { "En digital tvilling av ledningsnettet.", "solution:digital tvilling" },
    { "Vi vil kjøpe inn sensorer og sensorer og flere sensorer.", "solution:sensorer solution:sensorer" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* A word that tells how things are today is no solution; nor is one that only looks like it. */
static void
test_no_solutions (void)
{
  static const Case cases[] = {
    { "Alarmknappen i trappa henger fast, og lappen er borte.", "" },
    { "Byggemappene ligger i kjelleren.", "" },
    { "Kjøkkenet bruker et skjema for å telle porsjoner.", "" },
    { "Vi har et system fra 2009 som ikke snakker med avdelingene.", "" },
    { "Trygghetsalarmen virker ikke når strømmen går.", "" },
    { "Dagens system stopper når det regner.", "" },
    { "I 2021 kjøpte vi 12 sensorer, men de døde første vinter.", "" },
    { "Appen fra 2019 ble lagt ned.", "" },
    { "Hvordan kan vi rense avløpsvannet uten 72 ulike løsninger?", "" },
    { "Teleløsningen i april sprenger rørene.", "" },
    { "Elevane får ikkje kurset dei har krav på i dag.", "" },
    { "Folk ringer, og sentralbordet skriver beskjeden på en lapp.", "" },
    { "Økosystemet i elva er i ubalanse.", "" },
    { "Saksbehandleren åpner fire registre for hver søknad.", "" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_vague (void)
{
  static const Case cases[] = {
    { "Det skjer ofte, og mange er misfornøyde.", "vague:ofte vague:mange" },
    { "Det skjer ofte: 40 ganger i året.", "" },
    { "Mange melder fra. I fjor var det 212.", "" },
    { "Tilbudet skal bli brukervennlig og helhetlig.", "vague:brukervennlig vague:helhetlig" },
    { "Tenesta skal bli brukarvennleg og framtidsretta.", "vague:brukarvennleg vague:framtidsretta" },
    { "Vi ønsker bedre kvalitet.", "vague:bedre vague:kvalitet" },
    { "Ventetida skal bli kortere i størst mulig grad.", "vague:i størst mulig grad" },
    { "Det kostar mykje.", "vague:mykje" },
    { "Det koster mye, og det koster mye for alle.", "vague:mye" },
    { "Ingen merker det før noen faller.", "" },
    { "Korleis kan vi vite kor mykje som ligg i konteinaren?", "" },
    { "Gårdbrukerne har det tryggere nå.", "" },
    { "Hver dag ringer noen brukere to ganger.", "" },
    { "Av og til ringer noen brukere om det.", "vague:noen" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_several (void)
{
  static const Case cases[] = {
    { "Hvordan kan vi finne lekkasjer? Hvordan kan vi brøyte veiene?", "several-needs:Hvordan kan vi brøyte veiene" },
    { "Hvordan kan vi finne lekkasjer og korte ned ventetiden på byggesaker?", "several-needs:og korte" },
    { "Korleis kan vi kaste mindre mat samt få fleire til å sykle?", "several-needs:samt" },
    { "Hvordan kan vi redusere svinnet og samtidig rekruttere kokker?", "several-needs:og samtidig" },
    { "Vi trenger ro på natta. Vi trenger også færre fall.", "several-needs:Vi trenger også" },
    { "Hvordan kan vi få flere til å sykle, og hvordan kan vi redusere svinnet?", "several-needs:og hvordan kan" },
    { "- Hvordan kan vi rydde snø?\n- Hvordan kan vi lære å svømme?", "several-needs:Hvordan kan vi lære å svømme" },
    { "Korleis kan vi forstå og bruke den verna naturen?", "" },
    { "Hvordan kan vi gi gründere og innbyggere hjelp på ett sted?", "" },
    { "Hvordan kan vi gjøre det lettere å reparere, låne og bruke om igjen?", "" },
    { "Korleis kan vi vite at eit skred har gått, og om nokon er under det?", "" },
    { "Hva går galt? Hvem merker det?", "" },
    { "Personar med utviklingshemming treng òg sosial kontakt.", "" },
    { "Vi har skoler samt barnehager på øya.", "" },
    { "- 12 skoler\n- 9 barnehager\n- ett bibliotek", "" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_personal (void)
{
  static const Case cases[] = {
    { "Født 01010012356.", "personal-data:01010012356" },
    { "Født 010100 12356 i byen", "personal-data:010100 12356" },
    { "Tall 01010012357 er ikke et fødselsnummer", "" },
    { "Ring 91 23 45 67.", "personal-data:91 23 45 67" },
    { "Ring 912 34 567 eller +47 91234567", "personal-data:912 34 567 personal-data:+47 91234567" },
    { "Mobil 41234567", "personal-data:41234567" },
    { "Tlf. 57 88 10 00", "personal-data:57 88 10 00" },
    { "Skriv til kari.nordmann@kinn.kommune.no, takk", "personal-data:kari.nordmann@kinn.kommune.no" },
    { "Skriv til postmottak@kinn.kommune.no", "" },
    { "Organisasjonsnummer 923 609 016", "" },
    { "Organisasjonsnummer 923609016", "" },
    { "CPV 45232150 og CPV-kode 45232150", "" },
    { "Det koster 12 345 678 kroner og 45000000 kroner", "" },
    { "Vi brukte 41 23 45 67 kroner", "" },
    { "Fra 2019 2020 2021 til 2024-2026", "" },
    { "Saksnummer 20261234, konto 1234 56 78903, 6900 Florø", "" },
    { "Møtet er 20260315", "" },
    { "Bassenget rommer 45000000 liter", "" },
    { "Punkt 61.59823456 og 5.03212345", "" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_missing (void)
{
  static const Case cases[] = {
    { "Vi mister vann.", "no-effect no-user-group no-owner" },
    { "Vi mister vann. Abonnentene merker det.", "no-effect no-owner" },
    { "Vi mister vann. Leder for vann og avløp har ansvaret.", "no-effect no-user-group" },
    { "Svinnet skal ned fra 38 % til 20 %. Innbyggerne betaler. Driftssjefen eier behovet.", "" },
    { "Målet er færre lekkasjer. Innbyggerne betaler. Driftssjefen eier behovet.", "no-effect" },
    { "Målet er færre lekkasjer innen 2028. Innbyggerne betaler. Driftssjefen eier behovet.", "no-effect" },
    { "Målet er halvparten så mange lekkasjar innan 2028. Innbyggjarane betaler. Driftssjefen eig behovet.", "" },
    { "Brannsjefen vil ha utrykning på under 10 minutt, så folk slepp å vente.", "" },
    { "Vi bruker 3 timer på hver sak. Søkerne venter. Rektor eier behovet.", "no-effect" },
    { "", "no-effect no-user-group no-owner" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *summary = summary_of (cases[i].text);

      if (strcmp (summary, cases[i].expected) != 0)
        g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (summary, ==, cases[i].expected);
    }
}

/* A need as it should be gets no remark. */
static void
test_good_ones (void)
{
  static const char *const texts[] = {
    "Hvordan kan vi redusere matsvinnet på sykehjemmene?\n\nPå våre fire sykehjem kastes det 92 kilo mat hver dag. Det "
    "gjelder 140 beboere. Kjøkkenet bruker et skjema for å telle porsjoner. Målet er 45 kilo per dag innen utgangen av "
    "2027. Virksomhetsleder for sykehjemmene eier behovet.",
    "Korleis kan vi finne lekkasjane før vatnet står i kjellaren?\n\nVi mister 38 % av drikkevatnet. 9 500 "
    "innbyggjarar "
    "betaler for det. Det er 40 lekkasjar i året, og kvar tek tre mann to dagar. Innan 2028 skal tapet vere 20 %. "
    "Leiaren for vatn og avløp eig behovet.",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *summary = summary_of (texts[i]);

      g_assert_cmpstr (summary, ==, "");
    }
}

static void
test_offsets_are_code_points (void)
{
  g_autoptr (GPtrArray) found = samspill_need_check_text ("Æøå 😀 «vi» trenger en åpen app!", "nb");
  const SamspillRemark *remark = found->pdata[0];

  g_ptr_array_set_free_func (found, (GDestroyNotify)samspill_remark_free);
  g_assert_cmpint (remark->start, ==, 27);
  g_assert_cmpint (remark->end, ==, 30);
}

static void
test_copy (void)
{
  g_autoptr (GPtrArray) found = samspill_need_check_text ("Vi trenger en app.", NULL);
  g_autoptr (SamspillRemark) copy = samspill_remark_copy (found->pdata[0]);

  g_ptr_array_set_free_func (found, (GDestroyNotify)samspill_remark_free);
  g_assert_cmpstr (copy->words, ==, "app");
  g_assert_true (copy->words != ((SamspillRemark *)found->pdata[0])->words);
}

/* A whole page without a full stop is checked while one types: the work grows with the text, not with its square. */
static void
test_long_sentence (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) remarks = NULL;
  gint64 start;

  for (guint i = 0; i < 3000; i++)
    g_string_append (text, "systemet mange ofte og å god skal ");
  start = g_get_monotonic_time ();
  remarks = samspill_need_check_text (text->str, "nb");
  g_ptr_array_set_free_func (remarks, (GDestroyNotify)samspill_remark_free);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

/* Whatever is typed: remarks lie within the text, in order, and none inside another. */
static void
test_any_text (void)
{
  static const char *const pieces[] = { "Vi trenger ",
                                        "en app ",
                                        "systemet ",
                                        "ofte ",
                                        "og ",
                                        "samt ",
                                        "?",
                                        ".",
                                        "\n",
                                        "\n\n- ",
                                        "91 23 45 67 ",
                                        "01010012356",
                                        "a@b.no ",
                                        "38 % ",
                                        "Hvordan kan vi ",
                                        "finne ",
                                        "æøå",
                                        "😀",
                                        "kunstig ",
                                        "intelligens ",
                                        "i størst ",
                                        "mulig grad ",
                                        "1.",
                                        "-",
                                        "\302\240",
                                        "KI" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (15);

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) remarks = NULL;
      glong length, last = 0;

      for (gint32 i = g_rand_int_range (rand, 0, 25); i > 0; i--)
        g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      length = g_utf8_strlen (text->str, -1);
      remarks = samspill_need_check_text (text->str, NULL);
      g_ptr_array_set_free_func (remarks, (GDestroyNotify)samspill_remark_free);
      for (guint i = 0; i < remarks->len; i++)
        {
          const SamspillRemark *remark = remarks->pdata[i];

          if (remark->start < 0)
            continue;
          g_assert_cmpint (remark->start, >=, last);
          g_assert_cmpint (remark->start, <, remark->end);
          g_assert_cmpint (remark->end, <=, length);
          last = remark->start;
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/need-check/solutions", test_solutions);
  g_test_add_func ("/need-check/what-is-there-is-no-solution", test_no_solutions);
  g_test_add_func ("/need-check/vague", test_vague);
  g_test_add_func ("/need-check/several-needs", test_several);
  g_test_add_func ("/need-check/personal-data", test_personal);
  g_test_add_func ("/need-check/missing", test_missing);
  g_test_add_func ("/need-check/good-needs-get-no-remark", test_good_ones);
  g_test_add_func ("/need-check/offsets-are-code-points", test_offsets_are_code_points);
  g_test_add_func ("/need-check/copy", test_copy);
  g_test_add_func ("/need-check/long-sentence", test_long_sentence);
  g_test_add_func ("/need-check/any-text", test_any_text);
  return g_test_run ();
}
