/* Untrusted media: the sandbox, what is refused, what is found out, and what is made of it.
 *
 * Real files come from $OVS_SHARED/data/media, by default ../shared; tests that need a missing one
 * are skipped and named. Everything else is made here with ffmpeg, below a directory of /tmp. */
#include "base/sb.h"
#include "base/log.h"
#include "base/str.h"
#include "check.h"
#include "av/ffmpeg.h"
#include "av/mp4.h"
#include "av/package.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ARENA_BYTES = 64 << 20,
    WALL_MS = 60 * 1000,
    ARGS_MAX = 12,
    LIMIT_MINUTES = 60,
    STREAMS = 17
};

static char root[] = "/tmp/unit_media.XXXXXX";
static struct arena *a;

/* Files. */

static const char *in(const char *name) { return arena_printf(a, "%s/%s", root, name); }

static const char *shared(const char *what, const char *name)
{
    const char *folder = getenv("OVS_SHARED");
    const char *path = ffmpeg_path(
        a, arena_printf(a, "%s/data/media/%s", folder && *folder ? folder : "../shared", name));

    if (access(path, R_OK) == 0)
        return path;
    CHECK_SKIP(what, arena_printf(a, "%s is not there", name));
    return NULL;
}

static void write_file(const char *path, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);

    CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

static char *read_file(const char *path, size_t *n)
{
    int fd = open(path, O_RDONLY);
    struct stat st = { 0 };
    char *bytes = NULL;

    *n = 0;
    if (fd >= 0 && fstat(fd, &st) == 0) {
        bytes = arena_alloc(a, (size_t)st.st_size + 1);
        *n = read(fd, bytes, (size_t)st.st_size) == st.st_size ? (size_t)st.st_size : 0;
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

static void make_dir(const char *path) { CHECK(mkdir(path, 0750) == 0 || errno == EEXIST); }

/* A file and, two levels deep, everything in a directory. */
static void remove_tree(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)))
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            remove_tree(arena_printf(a, "%s/%s", path, e->d_name));
    if (d)
        closedir(d);
    remove(path);
}

/* Makes root/NAME with ffmpeg, from arguments that do not name the output. */
#define MAKE(name, ...) make(name, (const char *const[]){ __VA_ARGS__, NULL })
static const char *make(const char *name, const char *const *args)
{
    struct sandbox_result r;
    struct ffmpeg f;

    ffmpeg_begin(&f, a, FFMPEG);
    f.box.output_dir = root;
    f.box.file_max_bytes = INT64_C(1) << 30;
    for (size_t i = 0; args[i]; i++) { /* an input @NAME is a file made before */
        bool is_made = args[i][0] == '@', is_file = is_made || args[i][0] == '/';
        if (is_file)
            f.box.inputs[0] = is_made ? in(args[i] + 1) : args[i];
        FFMPEG_ADD(&f, is_file ? f.box.inputs[0] : args[i]);
    }
    FFMPEG_ADD(&f, in(name));
    CHECK(ffmpeg_run(&f, &r) == RC_OK);
    return in(name);
}

/* What ffmpeg or ffprobe prints for its arguments; it may read all of `dir` and root/NAME. */
#define ASK(out, dir, ...) ask(out, dir, (const char *const[]){ __VA_ARGS__, NULL })
static bool ask(struct sandbox_result *out, const char *dir, const char *const *argv)
{
    struct sandbox box = {
        .argv = argv,
        .output_dir = dir,
        .wall_ms = WALL_MS,
        .stdout_max_bytes = 4 << 20,
    };

    return sandbox_run(a, &box, out) == RC_OK && sandbox_ok(out);
}

/* The sandbox. */

#define PERL(script)                                                                               \
    {                                                                                              \
        "/usr/bin/perl", "-e", script                                                              \
    }

/* An argument that begins with @ is a path below root. */
static const struct {
    enum sandbox_end end;
    int status, level; /* the level that the test needs */
    const char *says;  /* stdout begins with it */
    const char *argv[ARGS_MAX];
} boxes[] = {
    { SANDBOX_EXITED, 0, 0, "hello", { "/bin/cat", "@in" } },
    { SANDBOX_EXITED, 1, 2, "", { "/bin/cat", "@other" } },
    { SANDBOX_EXITED, 1, 2, "", { "/bin/cat", "/etc/passwd" } },
    { SANDBOX_EXITED, 2, 2, "", { "/bin/ls", "/proc/self" } },
    { SANDBOX_EXITED, 0, 0, "", { "/bin/cp", "@in", "@out/copy" } },
    { SANDBOX_EXITED, 1, 2, "", { "/bin/cp", "@in", "@elsewhere" } },
    { SANDBOX_EXITED, 1, 2, "", { "/bin/rm", "@in" } },
    { SANDBOX_EXITED,
      0,
      0,
      "PATH=/usr/bin:/bin\nLC_ALL=C\nHOME=/\nMALLOC_ARENA_MAX=2\nOPENBLAS_NUM_THREADS=1\n",
      { "/usr/bin/env" } },
    { SANDBOX_EXITED, 0, 0, "/\n", { "/bin/pwd" } },
    { SANDBOX_EXITED, 0, 0, "7\n", { "/usr/bin/nice" } },
    { SANDBOX_EXITED, 0, 1, "no", PERL("print socket(my $s, 2, 1, 0) ? 'yes' : 'no'") },
    { SANDBOX_EXITED, 0, 1, "no", PERL("print defined fork ? 'yes' : 'no'") },
    { SANDBOX_EXITED, 0, 1, "no", PERL("print kill(0, getppid) ? 'yes' : 'no'") },
    { SANDBOX_EXITED, 0, 0, "no", PERL("print open(my $f, '<&=', 9) ? 'yes' : 'no'") },
    { SANDBOX_EXITED, 0, 0, "no", PERL("print read(STDIN, $_, 1) ? 'yes' : 'no'") },
    { SANDBOX_EXITED, 1, 0, "", PERL("my $n = 3 << 30; $_ = 'x' x $n; print 'yes'") },
    { SANDBOX_CRASHED, SIGXFSZ, 0, "", { "/bin/cp", "@big", "@out/big" } },
    { SANDBOX_TIMEOUT, SIGKILL, 0, "", { "/bin/sleep", "60" } },
    { SANDBOX_TIMEOUT, SIGKILL, 0, "", PERL("close STDOUT; close STDERR; sleep 60") },
    { SANDBOX_FLOODED, SIGKILL, 0, "y\ny\n", { "/usr/bin/yes" } },
};

static void sandbox_cases(void)
{
    int nine = dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 9); /* which it must not inherit */
    struct sandbox_result r = { 0 };

    CHECK(nine == 9);
    for (size_t i = 0; i < COUNT(boxes); i++) {
        const char *argv[ARGS_MAX] = { NULL };
        struct sandbox box = {
            .argv = argv,
            .inputs = { in("in"), in("big") },
            .output_dir = in("out"),
            .wall_ms = boxes[i].end == SANDBOX_TIMEOUT ? 300 : WALL_MS,
            .file_max_bytes = 1000,
            .stdout_max_bytes = 100000,
            .nice = 7,
        };
        for (size_t k = 0; boxes[i].argv[k]; k++)
            argv[k] = boxes[i].argv[k][0] == '@' ? in(boxes[i].argv[k] + 1) : boxes[i].argv[k];
        if (sandbox_level() < boxes[i].level)
            continue;
        CHECK(sandbox_run(a, &box, &r) == RC_OK);
        bool good = r.end == boxes[i].end && r.status == boxes[i].status &&
                    strncmp(r.out, boxes[i].says, strlen(boxes[i].says)) == 0;
        if (!good)
            printf("  case %zu: end %d status %d says %.60s (%s)\n", i, (int)r.end, r.status, r.out,
                   r.err);
        CHECK(good);
    }
    close(nine);
    CHECK(is_there(in("out/copy")) && !is_there(in("elsewhere")) && is_there(in("in")));
}

struct heard {
    int lines, ticks;
    size_t longest;
};

static void hear(void *arg, const char *line)
{
    struct heard *h = arg;

    h->lines++;
    h->longest = MAX_OF(h->longest, strlen(line));
}

static bool tick_twice(void *arg) { return ++((struct heard *)arg)->ticks < 2; }

static void sandbox_callbacks(void)
{
    struct heard heard = { 0 };
    struct sandbox box = {
        .argv = (const char *const[]){ "/usr/bin/perl", "-e",
                                       "$| = 1; print \"a\\nb\\n\", 'x' x 9999, \"\\n\";"
                                       "print STDERR 'y' x 99999, 'end'; sleep 60",
                                       NULL },
        .wall_ms = WALL_MS,
        .line = hear,
        .tick = tick_twice,
        .arg = &heard,
    };
    struct sandbox_result r;

    CHECK(sandbox_run(a, &box, &r) == RC_OK);
    CHECK(r.end == SANDBOX_STOPPED && heard.ticks == 2 && heard.lines == 3);
    CHECK_INT((int64_t)heard.longest, SANDBOX_LINE_BYTES - 1);
    CHECK_INT((int64_t)strlen(r.err), SANDBOX_STDERR_BYTES - 1);
    CHECK_STR(r.err + strlen(r.err) - 4, "yend");
    CHECK(r.wall_ms >= 1000 && r.memory_bytes > 0);
    box.argv = (const char *const[]){ "/nonexistent", NULL };
    CHECK(sandbox_run(a, &box, &r) == RC_FAIL);
}

/* When its parent is killed, the program in the sandbox dies, too. */
static void sandbox_orphan(void)
{
    int status = 0;
    size_t n = 0;
    char *text = NULL;

    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    pid_t parent = fork();
    if (parent == 0) {
        const char *script = arena_printf(
            a, "open(F, '>', '%s'); print F \"$$\\n\"; close F; sleep 60", in("out/pid"));
        struct sandbox box = {
            .argv = (const char *const[]){ "/usr/bin/perl", "-e", script, NULL },
            .output_dir = in("out"),
            .wall_ms = WALL_MS,
            .file_max_bytes = 100,
        };
        struct sandbox_result r;
        _exit(sandbox_run(a, &box, &r) != RC_OK);
    }
    while (waitpid(parent, &status, WNOHANG) == 0 && (n == 0 || text[n - 1] != '\n')) {
        text = read_file(in("out/pid"), &n);
        poll(NULL, 0, 10);
    }
    CHECK(n > 1 && kill(parent, SIGKILL) == 0 && waitpid(parent, &status, 0) == parent);
    pid_t orphan = n > 1 ? (pid_t)strtol(text, NULL, 10) : 0;
    CHECK(orphan > 1 && waitpid(orphan, &status, 0) == orphan);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void sandboxes(void)
{
    write_file(in("in"), "hello", 5);
    write_file(in("other"), "secret", 6);
    write_file(in("big"), arena_alloc(a, 5000), 5000);
    make_dir(in("out"));
    sandbox_cases();
    sandbox_callbacks();
    sandbox_orphan();
}

/* What a file is. */

/* A plan as text: each rendition's name, its stage, and + when it is copied. */
static const char *plan_text(const struct media_plan *p)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < p->n; i++)
        sb_addf(&o, "%s%s:%d%s", i ? " " : "", p->renditions[i].name, p->renditions[i].stage,
                p->renditions[i].is_copy ? "+" : "");
    return o.buf;
}

static const struct {
    const char *name, *demuxer;
    int64_t length_ms;
    int width, height, fps; /* rounded */
    const char *video, *audio;
    int channels;
    bool copy_video, copy_audio;
    const char *plan;
} known[] = {
    { "bbb-720p.mp4", "mov", 5312, 1280, 720, 25, "h264", "aac", 6, true, false, "360p:1 720p:0+" },
    { "car-detection.mp4", "mov", 30208, 768, 432, 13, "h264", "aac", 2, true, true,
      "360p:1 432p:0+" },
    { "one-by-one-person-detection.mp4", "mov", 139400, 768, 432, 10, "h264", NULL, 0, true, false,
      "360p:1 432p:0+" },
    { "portrait_4k60.mp4", "mov", 313, 2160, 3840, 60, "h264", "aac", 2, false, true,
      "360p:0 720p:0 1080p:0" },
    { "sample.avi", "avi", 4087, 960, 400, 24, "mpeg4", "mp3", 2, false, false, "360p:0" },
    { "video_desks.3gp", "mov", 5128, 384, 288, 14, "h263", "aac", 1, false, false, "288p:0" },
    { "bear-vp9-odd-dimensions.webm", "matroska", 1001, 161, 121, 30, "vp9", NULL, 0, false, false,
      "120p:0" },
    { "sample_av1.mp4", "mov", 1089, 1080, 720, 30, "av1", "aac", 1, false, true, "360p:0 720p:0" },
    { "sample.flv", "flv", 1136, 1080, 720, 30, "h264", "aac", 1, true, true, "360p:1 720p:0+" },
    { "sample_with_srt.mkv", "matroska", 1234, 1080, 720, 30, "h264", "ac3", 1, true, false,
      "360p:1 720p:0+" },
};

static void real_files(void)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        const char *path = shared("a real file", known[i].name);
        struct problem why = { NULL, NULL };
        struct media_info m;
        struct media_plan plan;
        if (!path)
            continue;
        CHECK(media_probe(a, path, NULL, &m, &why) == RC_OK);
        if (why.text)
            printf("  %s: %s\n", known[i].name, why.text);
        CHECK_STR(m.demuxer, known[i].demuxer);
        CHECK(llabs(m.length_ms - known[i].length_ms) <= 50); /* ffmpeg 5 adds up, 7 looks */
        CHECK_INT(m.width, known[i].width);
        CHECK_INT(m.height, known[i].height);
        CHECK_INT((int)(m.fps + 0.5), known[i].fps);
        CHECK_STR(m.video_codec, known[i].video);
        CHECK_STR(m.audio_codec ? m.audio_codec : "none", known[i].audio ? known[i].audio : "none");
        CHECK_INT(m.audio_channels, known[i].channels);
        CHECK(m.can_copy_video == known[i].copy_video && m.can_copy_audio == known[i].copy_audio);
        CHECK(media_plan(&m, &plan) == RC_OK);
        CHECK_STR(plan_text(&plan), known[i].plan);
    }
}

static const struct {
    int width, height, fps, kbps, minutes;
    bool can_copy;
    const char *plan, *sizes;
} plans[] = {
    { 1920, 1080, 30, 4000, 1, false, "360p:0 720p:0 1080p:0", "640x360 1280x720 1920x1080" },
    { 1080, 1920, 30, 4000, 1, false, "360p:0 720p:0 1080p:0", "360x640 720x1280 1080x1920" },
    { 3840, 2160, 30, 9000, 1, true, "360p:0 720p:0 1080p:0", "640x360 1280x720 1920x1080" },
    { 1920, 1080, 30, 4000, 10, false, "360p:0 720p:1 1080p:1", "640x360 1280x720 1920x1080" },
    { 1920, 1080, 30, 4000, 10, true, "360p:1 720p:1 1080p:0+", "640x360 1280x720 1920x1080" },
    { 1920, 1080, 30, 40000, 1, true, "360p:0 720p:0 1080p:0", "640x360 1280x720 1920x1080" },
    { 1280, 720, 120, 2000, 1, true, "360p:0 720p:0", "640x360 1280x720" },
    { 1024, 576, 30, 2000, 1, false, "360p:0 576p:0", "640x360 1024x576" },
    { 768, 432, 30, 900, 1, false, "360p:0 432p:0", "640x360 768x432" },
    { 754, 424, 30, 900, 1, false, "360p:0", "640x360" },
    { 754, 424, 30, 900, 1, true, "424p:0+", "754x424" },
    { 853, 480, 30, 900, 1, false, "360p:0 480p:0", "640x360 854x480" },
    { 1999, 999, 30, 900, 1, false, "360p:0 720p:0 998p:0", "720x360 1440x720 1996x998" },
    { 17, 17, 30, 100, 90, false, "16p:0", "16x16" },
    { 161, 121, 30, 100, 90, false, "120p:0", "160x120" },
    { 2400, 400, 30, 900, 1, false, "360p:0", "2160x360" },
};

static void planning(void)
{
    for (size_t i = 0; i < COUNT(plans); i++) {
        struct media_info m = {
            .width = plans[i].width,
            .height = plans[i].height,
            .fps = plans[i].fps,
            .rate_bps = plans[i].kbps * 1000,
            .length_ms = plans[i].minutes * 60000,
            .can_copy_video = plans[i].can_copy,
        };
        struct media_plan p;
        struct sb sizes = { .a = a };
        CHECK(media_plan(&m, &p) == RC_OK);
        for (size_t k = 0; k < p.n; k++) {
            const struct media_rendition *r = &p.renditions[k];
            sb_addf(&sizes, "%s%dx%d", k ? " " : "", r->width, r->height);
            CHECK(r->max_kbps > 0 && (k == 0 || r->max_kbps >= p.renditions[k - 1].max_kbps));
            CHECK(r->stage < p.stages && (r->is_copy || r->max_kbps <= 7500));
        }
        CHECK_STR(plan_text(&p), plans[i].plan);
        CHECK_STR(sizes.buf, plans[i].sizes);
    }
}

/* What is refused. */

static void refused_as(const char *path, enum rc want, const char *says)
{
    struct problem why = { NULL, NULL };
    struct media_info m;
    enum rc rc = media_probe(a, path, NULL, &m, &why);
    bool good = rc == want && why.text && strstr(why.text, says);

    if (!good)
        printf("  %s: %s: %s\n", path, rc_name(rc), why.text ? why.text : "(nothing said)");
    CHECK(good);
}

/* The victim is another member's video. $V is replaced by its path, $U by an address here. */
static const struct {
    const char *name, *text;
    enum rc rc;
} disguised[] = {
    { "hls.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n$V\n#EXT-X-ENDLIST\n", RC_TYPE },
    { "hls-file.mp4", "#EXTM3U\n#EXTINF:9,\nfile://$V\n#EXT-X-ENDLIST\n", RC_TYPE },
    { "hls-http.mp4", "#EXTM3U\n#EXTINF:9,\n$U\n#EXT-X-ENDLIST\n", RC_TYPE },
    { "hls-master.mp4", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n$U/x.m3u8\n", RC_TYPE },
    { "hls-key.mp4",
      "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"$V\"\n#EXTINF:9,\n$V\n#EXT-X-ENDLIST\n", RC_TYPE },
    { "hls-passwd.mp4", "#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", RC_TYPE },
    { "dash.mp4",
      "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" "
      "mediaPresentationDuration=\"PT5S\"><Period><AdaptationSet mimeType=\"video/mp4\">"
      "<Representation id=\"1\" bandwidth=\"1\"><BaseURL>file://$V</BaseURL></Representation>"
      "</AdaptationSet></Period></MPD>",
      RC_TYPE },
    { "concat-relative.mp4", "ffconcat version 1.0\nfile victim.mp4\n", RC_TYPE },
    { "concat-absolute.mp4", "ffconcat version 1.0\nfile $V\n", RC_TYPE },
    { "concat-http.mp4", "ffconcat version 1.0\nfile $U\n", RC_TYPE },
    { "session.mp4", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
      RC_TYPE },
    { "titles.mp4", "1\n00:00:01,000 --> 00:00:02,000\nHello\n", RC_TYPE },
    { "drawing.mp4", "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"$V\"/></svg>",
      RC_TYPE },
    { "text.mp4", "Just a text, with another name.\n", RC_TYPE },
    { "empty.mp4", "", RC_TYPE },
    { "prefix.mp4", "\1\1\1\1ftypisom\n#EXTM3U\n#EXTINF:9,\n$V\n#EXT-X-ENDLIST\n", RC_INVALID },
    { "prefix.flv", "FLV\1\n#EXTM3U\n#EXTINF:9,\n$V\n#EXT-X-ENDLIST\n", RC_INVALID },
    { "prefix.webm", "\x1A\x45\xDF\xA3webm\n#EXTM3U\n#EXTINF:9,\n$V\n#EXT-X-ENDLIST\n",
      RC_INVALID },
    { "prefix.avi", "RIFF____AVI LIST\n#EXTM3U\n#EXTINF:9,\n$V\n#EXT-X-ENDLIST\n", RC_TYPE },
};

static const char *expand(const char *text, const char *victim, const char *url)
{
    struct sb o = { .a = a };

    for (; *text; text++) {
        const char *stands_for = *text == '$' ? (text[1] == 'V' ? victim : url) : NULL;
        if (stands_for)
            sb_str(&o, stands_for);
        else
            sb_add(&o, text, 1);
        text += stands_for != NULL;
    }
    return o.buf ? o.buf : "";
}

/* A listening socket that nothing may connect to. */
static int trap_open(const char **url)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0 && listen(fd, 9) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&at, &n) == 0);
    *url = arena_printf(a, "http://127.0.0.1:%d/x.ts", ntohs(at.sin_port));
    return fd;
}

static bool was_opened(int inotify)
{
    char events[4096];

    return read(inotify, events, sizeof(events)) > 0;
}

static bool ffprobe_reads(const char *path, const char *also)
{
    struct sandbox box = {
        .argv = (const char *const[]){ FFPROBE, "-v", "error", "-i",
                                       arena_printf(a, "file:%s", path), NULL },
        .inputs = { path, also },
        .wall_ms = WALL_MS,
        .stdout_max_bytes = 1 << 16,
    };
    struct sandbox_result r;

    return sandbox_run(a, &box, &r) == RC_OK && sandbox_ok(&r);
}

static void disguises(void)
{
    const char *victim = MAKE("victim.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1"), *url;
    int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), trap = trap_open(&url);

    CHECK(inotify_add_watch(inotify, victim, IN_OPEN | IN_ACCESS) >= 0);
    for (size_t i = 0; i < COUNT(disguised); i++) {
        const char *text = expand(disguised[i].text, victim, url);
        write_file(in(disguised[i].name), text, strlen(text));
        refused_as(in(disguised[i].name), disguised[i].rc,
                   disguised[i].rc == RC_TYPE ? "Accepted formats are MP4, MOV"
                                              : "damaged or incomplete");
    }
    CHECK(!was_opened(inotify));
    /* Even an unrestricted ffprobe cannot connect; where the sandbox is weaker, the trap catches
     * it. */
    const char *open_list = expand(disguised[0].text, victim, url);
    write_file(in("hls.m3u8"), open_list, strlen(open_list)); /* ffmpeg 7 looks at the name, too */
    if (sandbox_level() >= 2) {
        CHECK(!ffprobe_reads(in("hls.m3u8"), NULL) && !was_opened(inotify));
        CHECK(ffprobe_reads(in("hls.m3u8"), victim) && was_opened(inotify));
    }
    CHECK(accept(trap, NULL, NULL) < 0 && errno == EAGAIN);
    close(trap);
    close(inotify);
}

/* Files that would cost far more than their size suggests, and incomplete ones. */
static void bombs(void)
{
    const char *sounds[64] = { "-f",   "lavfi", "-i", "color=s=64x64:d=0.1",
                               "-f",   "lavfi", "-i", "anullsrc=d=0.1",
                               "-map", "0" };

    for (size_t i = 10; i < 10 + 2 * (STREAMS - 1); i += 2) {
        sounds[i] = "-map";
        sounds[i + 1] = "1";
    }
    refused_as(make("streams.mkv", sounds), RC_TOO_LARGE, "more than 16 tracks");
    refused_as(MAKE("gap.mkv", "-f", "lavfi", "-i", "color=s=64x64:r=1", "-frames:v", "2", "-vf",
                    "setpts=N*1000000/TB", "-fps_mode", "vfr", "-c:v", "mjpeg"),
               RC_TOO_LARGE, "at most 1:00:00 is accepted");
    refused_as(MAKE("fast.mp4", "-f", "lavfi", "-i", "color=s=64x64:r=100000", "-frames:v", "30"),
               RC_TOO_LARGE, "at most 240");
    refused_as(MAKE("huge.avi", "-f", "lavfi", "-i", "color=s=8192x4400", "-frames:v", "1", "-c:v",
                    "mjpeg"),
               RC_TOO_LARGE, "up to 7680x4320");
    refused_as(MAKE("tiny.avi", "-f", "lavfi", "-i", "color=s=8x200", "-frames:v", "1"),
               RC_TOO_LARGE, "8x200");
    refused_as(MAKE("sound.mp4", "-f", "lavfi", "-i", "sine=d=1"), RC_TYPE, "no picture");
    refused_as(MAKE("sound.wav", "-f", "lavfi", "-i", "sine=d=1"), RC_TYPE, "no picture");
    refused_as(MAKE("cover.mp4", "-f", "lavfi", "-i", "sine=d=1", "-f", "lavfi", "-i",
                    "color=s=64x64:r=1:d=1", "-c:v", "mjpeg", "-disposition:v", "attached_pic"),
               RC_TYPE, "no picture");
    refused_as(MAKE("lossless.mkv", "-f", "lavfi", "-i", "color=s=64x64:d=1", "-c:v", "ffv1"),
               RC_TYPE, "not supported");
    refused_as(MAKE("second.mkv", "-f", "lavfi", "-i", "color=s=64x64:d=1", "-map", "0", "-map",
                    "0", "-c:v:1", "ffv1"),
               RC_TYPE, "not supported"); /* not for us, but ffprobe would look at it */
    CHECK(media_probe(a, in("absent.mp4"), NULL, &(struct media_info){ 0 }, NULL) == RC_FAIL);
    CHECK(media_probe(a, root, NULL, &(struct media_info){ 0 }, NULL) == RC_FAIL);
}

static void halves(void)
{
    const char *whole = shared("halves", "bbb-720p.mp4");
    struct problem why = { NULL, NULL };
    struct media_info m;
    struct media_plan p;
    size_t n;

    if (!whole)
        return;
    char *bytes = read_file(whole, &n);
    write_file(in("half.mp4"), bytes, n / 2);
    refused_as(in("half.mp4"), RC_INVALID, "damaged or incomplete");
    /* A container without an end mark passes the first look, and is caught when it is processed. */
    bytes = read_file(MAKE("whole.mkv", "-i", whole, "-c", "copy"), &n);
    write_file(in("half.mkv"), bytes, n / 2);
    CHECK(media_probe(a, in("half.mkv"), NULL, &m, &why) == RC_OK && media_plan(&m, &p) == RC_OK);
    make_dir(in("half"));
    CHECK(package_stage(a, in("half.mkv"), &m, &p, 0, in("half"), NULL, &why) == RC_INVALID);
    CHECK(why.text && strstr(why.text, "lasts 0:05"));
    CHECK(rmdir(in("half")) == 0); /* nothing is left behind */
}

/* What is made. */

struct made {
    const char *dir, *full, *poster, *preview;
    struct media_info info;
    struct media_plan plan;
    struct problem why;
};

static bool begin(struct made *m, const char *path, const char *name)
{
    *m = (struct made){ .dir = in(name) };
    m->full = arena_printf(a, "%s/full", m->dir);
    m->poster = arena_printf(a, "%s/poster", m->dir);
    m->preview = arena_printf(a, "%s/preview", m->dir);
    make_dir(m->dir);
    make_dir(m->full);
    make_dir(m->poster);
    make_dir(m->preview);
    bool good = media_probe(a, path, NULL, &m->info, &m->why) == RC_OK &&
                media_plan(&m->info, &m->plan) == RC_OK;
    if (!good)
        printf("  %s: %s\n", path, m->why.text ? m->why.text : "?");
    CHECK(good);
    return good;
}

static enum rc stage(struct made *m, const char *path, int number)
{
    enum rc rc = package_stage(a, path, &m->info, &m->plan, number, m->full, NULL, &m->why);

    if (rc != RC_OK)
        printf("  %s stage %d: %s %s\n", path, number, rc_name(rc), m->why.text ? m->why.text : "");
    return rc;
}

/* Names of a directory, sorted. */
static const char *list(const char *dir)
{
    struct dirent **names;
    struct sb o = { .a = a };
    int n = scandir(dir, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.')
            sb_addf(&o, "%s%s", o.len ? " " : "", names[i]->d_name);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return o.buf ? o.buf : "";
}

static bool contains(const char *path, const char *bytes)
{
    size_t n;
    const char *text = read_file(path, &n);

    return text && memmem(text, n, bytes, strlen(bytes));
}

static bool dir_contains(const char *dir, const char *bytes)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    bool found = false;

    while (d && (e = readdir(d)))
        found |= contains(arena_printf(a, "%s/%s", dir, e->d_name), bytes);
    closedir(d);
    return found;
}

static struct mp4_track track(const struct made *m, const char *name)
{
    static struct mp4_segment nothing;
    struct mp4_track t;
    enum rc rc = mp4_read(a, arena_printf(a, "%s/%s.mp4", m->full, name), &t);

    CHECK(rc == RC_OK);
    return rc == RC_OK ? t : (struct mp4_track){ .ticks_per_s = 1, .segments = &nothing, .n = 1 };
}

/* "WxH" of a picture, by ffprobe. */
static const char *size_of(const char *dir, const char *name)
{
    struct sandbox_result r;

    CHECK(ASK(&r, dir, FFPROBE, "-v", "error", "-show_entries", "stream=width,height", "-of",
              "csv=p=0:s=x", arena_printf(a, "file:%s/%s", dir, name)));
    return arena_strn(a, r.out, strcspn(r.out, "\n"));
}

/* Every rendition has the planned size, starts at once and has its segments where the first
 * rendition has them; a player finds all of them through the master playlist and decodes without
 * complaint. */
static void check_made(const struct made *m)
{
    const char *master = arena_printf(a, "file:%s/master.m3u8", m->full);
    struct mp4_track first = track(m, m->plan.renditions[0].name);
    struct sandbox_result r;

    CHECK(ASK(&r, m->full, FFPROBE, "-v", "error", "-show_entries", "stream=width,height", "-of",
              "csv=p=0:s=x", master));
    for (size_t i = 0; i < m->plan.n; i++) {
        const struct media_rendition *want = &m->plan.renditions[i];
        struct mp4_track t = track(m, want->name);
        CHECK(t.width == want->width && t.height == want->height && t.segments[0].start == 0);
        CHECK(t.n == first.n && (int64_t)t.n <= m->info.length_ms / 2000 + 10);
        for (size_t k = 0; k < t.n && k < first.n; k++)
            CHECK_INT(t.segments[k].start * 1000 / t.ticks_per_s,
                      first.segments[k].start * 1000 / first.ticks_per_s);
        CHECK(strstr(r.out, arena_printf(a, "%dx%d", want->width, want->height)));
    }
    CHECK(ASK(&r, m->full, FFMPEG, "-nostdin", "-v", "error", "-i", master, "-map", "0", "-f",
              "null", "-"));
    CHECK_STR(r.err, "");
}

static void copied(void)
{
    const char *path = shared("copied", "bbb-720p.mp4");
    struct made m;
    size_t n;

    if (!path || !begin(&m, path, "copied"))
        return;
    CHECK(stage(&m, path, 0) == RC_OK);
    CHECK_STR(list(m.full), "720p.m3u8 720p.mp4 audio.m3u8 audio.mp4 master.m3u8");
    const char *master = read_file(arena_printf(a, "%s/master.m3u8", m.full), &n);
    CHECK(strstr(master, "RESOLUTION=1280x720,FRAME-RATE=25.000,CODECS=\"avc1.4d401f,mp4a.40.2\""));
    CHECK(strstr(master, "CHANNELS=\"2\"") && !strstr(master, "360p")); /* 5.1 mixed down */
    CHECK(stage(&m, path, 1) == RC_OK && stage(&m, path, 1) == RC_OK);  /* as after a crash */
    CHECK_STR(list(m.full),
              "360p.m3u8 360p.mp4 720p.m3u8 720p.mp4 audio.m3u8 audio.mp4 master.m3u8");
    check_made(&m);

    CHECK(package_poster(a, &m.plan, m.full, m.poster) == RC_OK);
    CHECK_STR(list(m.poster), "card.jpg poster.jpg");
    CHECK_STR(size_of(m.poster, "poster.jpg"), "1280x720");
    CHECK_STR(size_of(m.poster, "card.jpg"), "480x270");
    CHECK(package_storyboard(a, &m.plan, m.full) == RC_OK);
    CHECK_STR(size_of(m.full, "storyboard.jpg"), "960x90");
    const char *index = read_file(arena_printf(a, "%s/storyboard.vtt", m.full), &n);
    CHECK(str_starts(index, "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n"
                            "storyboard.jpg#xywh=0,0,160,90\n\n"));
    CHECK(strstr(index, "\n00:00:05.000 --> 00:00:05.280\nstoryboard.jpg#xywh=800,0,160,90\n"));
    CHECK(package_preview(a, &m.plan, m.full, m.preview) == RC_OK);
    CHECK_STR(list(m.preview), "preview.mp4");
    struct media_info preview;
    CHECK(media_probe(a, arena_printf(a, "%s/preview.mp4", m.preview), NULL, &preview, NULL) ==
          RC_OK);
    CHECK_INT(preview.height, 360);
    CHECK(preview.audio_codec);
    CHECK(preview.can_copy_video);
    CHECK(preview.length_ms > 4900 && preview.length_ms < 5200); /* conf preview_seconds */
}

/* Sources that need treatment, and the largest rendition made from them. */
static const struct {
    const char *name, *becomes, *args[24];
} sources[] = {
    { "turned.mov", "180x320 at 25", { "-i", "@flat.mp4", "-c", "copy" } }, /* and turn() */
    { "wide.mp4", "360x160 at 25", { "-f", "lavfi", "-i", "testsrc=s=180x160:d=1,setsar=2" } },
    { "light.mp4",
      "320x180 at 25, was hdr",
      { "-f", "lavfi", "-i", /* ffmpeg 5 takes it from the options, 7 from the filter */
        "testsrc=s=320x180:d=1,format=yuv420p10le,"
        "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc",
        "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc" } },
    { "fields.ts",
      "320x180 at 25, was interlaced",
      { "-f", "lavfi", "-i", "testsrc=s=320x180:d=1", "-c:v", "mpeg2video", "-flags", "+ildct+ilme",
        "-top", "1" } },
    { "sport.mkv", "320x180 at 60", { "-f", "lavfi", "-i", "testsrc=s=320x180:d=1:r=120" } },
    { "live.webm",
      "320x180 at 25", /* without a length, as browsers record */
      { "-f", "lavfi", "-i", "testsrc=s=320x180:d=2", "-c:v", "vp8", "-live", "1" } },
    { "phone.mov",
      "640x720 at 14", /* pictures at uneven times, 5.1 sound */
      { "-f", "lavfi", "-i", "testsrc=s=640x720:d=9:r=20,select=mod(n\\,7)*mod(n\\,5)", "-f",
        "lavfi", "-i", "anullsrc=cl=5.1:d=9", "-fps_mode", "vfr", "-c:v", "mpeg4" } },
    { "slides.mkv",
      "64x64 at 0",
      { "-f", "lavfi", "-i", "testsrc=s=64x64:r=1", "-frames:v", "2", "-vf", "setpts=N*3000/TB",
        "-fps_mode", "vfr", "-c:v", "mpeg4" } },
};

/* Have the track's header say that the picture is shown turned by 90 degrees: ffmpeg 5 and 7 take
 * different options for it. */
static void turn(const char *path)
{
    static const uint8_t matrix[36] = { [5] = 1, [12] = 0xff, 0xff, [32] = 0x40 };
    size_t n;
    char *bytes = read_file(path, &n), *box = bytes ? memmem(bytes, n, "tkhd", 4) : NULL;

    CHECK(box != NULL);
    if (box) {
        memcpy(box + 44, matrix, sizeof(matrix));
        write_file(path, bytes, n);
    }
}

static void converted(void)
{
    MAKE("flat.mp4", "-f", "lavfi", "-i", "testsrc=s=320x180:d=1,format=yuv420p");
    for (size_t i = 0; i < COUNT(sources); i++) {
        const char *path = make(sources[i].name, sources[i].args);
        struct made m;
        if (str_eq(sources[i].name, "turned.mov"))
            turn(path);
        if (!begin(&m, path, arena_printf(a, "%s.d", sources[i].name)))
            continue;
        CHECK(m.plan.stages == 1 && stage(&m, path, 0) == RC_OK);
        struct mp4_track t = track(&m, m.plan.renditions[m.plan.n - 1].name);
        int64_t length_ms = mp4_length_ms(&t);
        CHECK_STR(arena_printf(a, "%dx%d at %" PRId64 "%s%s", t.width, t.height,
                               (t.samples * 1000 + length_ms / 2) / length_ms,
                               m.info.is_hdr ? ", was hdr" : "",
                               m.info.is_interlaced ? ", was interlaced" : ""),
                  sources[i].becomes);
        CHECK(strcmp(t.codec + strlen("avc1.6400"), "2a") <= 0); /* level 4.2, in hexadecimal */
        check_made(&m);
        CHECK(package_poster(a, &m.plan, m.full, m.poster) == RC_OK);
        CHECK(package_storyboard(a, &m.plan, m.full) == RC_OK);
        CHECK(package_preview(a, &m.plan, m.full, m.preview) == RC_OK);
        remove_tree(m.dir);
    }
}

/* The time of the first loud sample of audio.mp4. */
static int64_t beep_ms(const struct made *m)
{
    struct sandbox_result r;
    size_t i = 0;

    CHECK(ASK(&r, m->full, FFMPEG, "-nostdin", "-v", "error", "-i",
              arena_printf(a, "file:%s/audio.mp4", m->full), "-ac", "1", "-ar", "8000", "-f", "s8",
              "pipe:1"));
    while (i < r.out_bytes && abs((signed char)r.out[i]) < 20)
        i++;
    return track(m, "audio").segments[0].start * 1000 / 48000 + (int64_t)i / 8;
}

/* A beep after two seconds is still one after two seconds, copied or not, even when the sound
 * starts late; and what a camera wrote into the file does not leave it. */
static void in_time_and_anonymous(void)
{
    static const struct {
        const char *name, *picture, *sound, *offset;
        bool copies;
    } cases[] = {
        { "copy.mp4", "libx264", "aac", "0", true },
        { "copy.mkv", "libx264", "aac", "0", true },
        { "encode.mkv", "mpeg4", "ac3", "0", false },
        { "late.mp4", "libx264", "aac", "0.7", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *path = MAKE(
            cases[i].name, "-f", "lavfi", "-i", "testsrc=s=320x180:d=4:r=10", "-itsoffset",
            cases[i].offset, "-f", "lavfi", "-i",
            arena_printf(a, "aevalsrc='gte(t,2-%s)*sin(2000*PI*t)':s=48000:d=3", cases[i].offset),
            "-pix_fmt", "yuv420p", "-c:v", cases[i].picture, "-c:a", cases[i].sound, "-metadata",
            "title=SECRETTITLE", "-metadata", "location=+50.0+008.0/", "-metadata:s:a",
            "title=SECRETTRACK", "-bsf:v",
            i == 0 ? "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+SECRET"
                   : "null");
        struct made m;
        if (!begin(&m, path, "timed"))
            continue;
        CHECK(m.info.can_copy_audio == cases[i].copies);
        for (int k = 0; k < m.plan.stages; k++)
            CHECK(stage(&m, path, k) == RC_OK);
        CHECK(package_preview(a, &m.plan, m.full, m.preview) == RC_OK);
        CHECK_INT(track(&m, "audio").channels, cases[i].copies ? 1 : 2); /* encoded is stereo */
        const char *picture = m.plan.renditions[0].name;
        int64_t ms = beep_ms(&m) -
                     track(&m, picture).segments[0].start * 1000 / track(&m, picture).ticks_per_s;
        if (ms < 1990 || ms > 2010)
            printf("  %s: beep after %" PRId64 " ms\n", cases[i].name, ms);
        CHECK(ms >= 1990 && ms <= 2010);
        CHECK(contains(path, "SECRET"));
        CHECK(!dir_contains(m.full, "SECRET") && !dir_contains(m.preview, "SECRET"));
        remove_tree(m.dir);
        remove_tree(path);
    }
}

/* A copy that fails becomes an encoding, and later renditions still line up. */
static void fallback(void)
{
    const char *path = MAKE("old.avi", "-f", "lavfi", "-i", "testsrc=s=640x360:d=9:r=5", "-c:v",
                            "mpeg4");
    struct made m;

    if (!begin(&m, path, "fallback"))
        return;
    m.plan.renditions[0].is_copy = true; /* MPEG-4 part 2, of all things */
    CHECK(stage(&m, path, 0) == RC_OK);
    CHECK(str_starts(track(&m, "360p").codec, "avc1.64"));
    check_made(&m);
}

static bool refuses(void *arg, int percent)
{
    CHECK(percent >= 0 && percent <= 100);
    ++*(int *)arg;
    return false;
}

/* When the watcher says no, the current stage ends, and what existed before stays. */
static void stopped(void)
{
    const char *path = shared("stopped", "one-by-one-person-detection.mp4");
    int asked = 0;
    struct media_watch watch = { refuses, &asked };
    struct made m;

    if (!path || !begin(&m, path, "stopped"))
        return;
    CHECK(stage(&m, path, 0) == RC_OK);
    CHECK(package_stage(a, path, &m.info, &m.plan, 1, m.full, &watch, &m.why) == RC_BUSY);
    CHECK_INT(asked, 1);
    CHECK_STR(list(m.full), "432p.m3u8 432p.mp4 master.m3u8");
}

/* Pictures that members upload. */

static const struct {
    const char *name;
    int width, height;
    bool crop;
    const char *size; /* NULL: refused */
    const char *args[8];
} pictures[] = {
    { "a.jpg", 256, 256, true, "256x256", { "-f", "lavfi", "-i", "testsrc=s=300x200" } },
    { "b.jpg", 150, 150, false, "150x100", { "-f", "lavfi", "-i", "testsrc=s=300x200" } },
    { "c.png", 1280, 720, false, "300x200", { "-f", "lavfi", "-i", "testsrc=s=300x200" } },
    { "d.webp", 64, 128, true, "64x128", { "-f", "lavfi", "-i", "testsrc=s=300x200" } },
    { "huge.png",
      256,
      256,
      true,
      NULL,
      { "-f", "lavfi", "-i", "color=s=16000x16000", "-pix_fmt", "monob" } },
    { "e.gif", 256, 256, true, NULL, { "-f", "lavfi", "-i", "testsrc=s=30x20" } },
    { "f.bmp", 256, 256, true, NULL, { "-f", "lavfi", "-i", "testsrc=s=30x20" } },
    { "g.mp4", 256, 256, true, NULL, { "-f", "lavfi", "-i", "testsrc=s=30x20" } },
};

static void images(void)
{
    struct problem why = { NULL, NULL };
    const char *out = in("picture.jpg"), *path;
    struct sandbox_result r;
    size_t n;

    for (size_t i = 0; i < COUNT(pictures); i++) {
        const char *args[12] = { NULL };
        memcpy(args, pictures[i].args, sizeof(pictures[i].args));
        for (n = 0; args[n]; n++)
            ;
        args[n] = "-frames:v";
        args[n + 1] = "1";
        path = make(pictures[i].name, args);
        enum rc rc = media_image(a, path, out, pictures[i].width, pictures[i].height,
                                 pictures[i].crop, &why);
        CHECK((rc == RC_OK) == (pictures[i].size != NULL));
        CHECK_STR(size_of(root, "picture.jpg"), pictures[i].size ? pictures[i].size : "64x128");
        if (rc != RC_OK)
            CHECK(why.text && strstr(why.text, "picture"));
    }
    static const char drawing[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>";
    write_file(in("x.svg"), drawing, sizeof(drawing) - 1);
    CHECK(media_image(a, in("x.svg"), out, 9, 9, true, &why) == RC_TYPE);
    /* Turned upright, and without what the camera wrote; transparent parts become white. */
    static const char exif[] = "\xff\xe1\0\x28"
                               "Exif\0\0MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0"
                               "\1\0\6\0\0\0\0\0\0SECRET";
    const char *bytes = read_file(in("a.jpg"), &n);
    struct sb o = { .a = a };
    sb_add(&o, bytes, 2);
    sb_add(&o, exif, sizeof(exif) - 1);
    sb_add(&o, bytes + 2, n - 2);
    write_file(in("camera.jpg"), o.buf, o.len);
    CHECK(media_image(a, in("camera.jpg"), out, 999, 999, false, &why) == RC_OK);
    CHECK_STR(size_of(root, "picture.jpg"), "200x300");
    bytes = read_file(out, &n);
    CHECK(!memmem(bytes, n, "SECRET", 6) && !memmem(bytes, n, "Exif", 4));
    path = MAKE("clear.png", "-f", "lavfi", "-i", "color=black@0:s=64x64,format=rgba", "-frames:v",
                "1");
    CHECK(media_image(a, path, out, 64, 64, false, &why) == RC_OK);
    CHECK(ASK(&r, root, FFMPEG, "-v", "error", "-i", out, "-vf", "scale=1:1,format=gray", "-f",
              "rawvideo", "pipe:1"));
    CHECK(r.out_bytes == 1 && (unsigned char)r.out[0] > 250);
}

static void configure(void)
{
    const char *path = in("site.conf");
    const char *text = arena_printf(a,
                                    "environment = test\nladder = 360,720,1080\n"
                                    "upload_max_minutes = %d\npreview_seconds = 5\n"
                                    "ladder_early_minutes = 10\nsecrets_dir = %s\n",
                                    LIMIT_MINUTES, root);

    write_file(path, text, strlen(text));
    CHECK(setenv("OVS_CONF", path, 1) == 0);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(sandboxes),
        CASE(planning),
        CASE(real_files),
        CASE(disguises),
        CASE(bombs),
        CASE(halves),
        CASE(copied),
        CASE(converted),
        CASE(fallback),
        CASE(stopped),
        CASE(in_time_and_anonymous),
        CASE(images),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(ARENA_BYTES);
    CHECK(mkdtemp(root) != NULL);
    configure();
    while (check_next())
        arena_reset(a);
    remove_tree(root);
    arena_free(a);
    return check_done("media");
}
