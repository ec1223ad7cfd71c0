/*
 * mail_choices: which mails a member wants.
 */
#ifndef MODELS_MAIL_CHOICES_H
#define MODELS_MAIL_CHOICES_H
#include "app/notify/choice.h"
#include "views/models/frame.h"

struct mail_choices_page {
    struct frame frame;
    struct problem why;
    const char *email;
    bool is_on; /* this site sends mail */
    struct notice_choice_list choices;
};

HTML_VIEW(mail_choices, struct mail_choices_page);
JSON_VIEW(mail_choices, struct mail_choices_page);
#endif
