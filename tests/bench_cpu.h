/* bench_cpu: the CPU time that all processes of a server use together. */
#ifndef TESTS_BENCH_CPU_H
#define TESTS_BENCH_CPU_H
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* CPU time of a process and of all its descendants that still run, in microseconds. */
static inline double cpu_us(pid_t process)
{
    char path[64];
    const struct dirent *entry;
    DIR *dir = opendir("/proc");
    double sum = 0;

    while (dir && (entry = readdir(dir))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10), parent = 0;
        double user = 0, kernel = 0;
        snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
        FILE *f = pid ? fopen(path, "r") : NULL;
        if (f && fscanf(f, "%*d (%*[^)]) %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lf %lf",
                        &parent, &user, &kernel) == 3) {
            if (pid == process)
                sum += (user + kernel) * 1e6 / (double)sysconf(_SC_CLK_TCK);
            if (parent == process)
                sum += cpu_us(pid);
        }
        if (f)
            fclose(f);
    }
    if (dir)
        closedir(dir);
    return sum;
}
#endif
