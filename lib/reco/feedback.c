#include "reco/feedback.h"

#include <math.h>

float feedback_evidence(const struct feedback *f, const struct reading *how)
{
    if (f->like != 0)
        return f->like > 0 ? 1.0f : 0.0f;
    if (!(f->watched >= FEEDBACK_MIN_WATCHED))
        return 0;
    if (f->watched >= FEEDBACK_POSITIVE)
        return 1;
    return how->partly;
}

float feedback_weight(const struct feedback *f, const struct reading *how, size_t newer)
{
    float said = f->like < 0 ? how->against : feedback_evidence(f, how);

    if (how->half_life > 0)
        said *= fmaxf(how->least, exp2f(-(float)newer / how->half_life));
    return said;
}
