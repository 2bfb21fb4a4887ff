#include "bench/serving/processes.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "bench/rounds.hpp"
#include "bench/serving/benches.hpp"

namespace tickweir::bench {
namespace {

/// In the parent the child's id. The child runs `work` on its core and never returns.
pid_t fork_to(unsigned core, const char* name, const std::function<void()>& work) {
    std::fflush(stdout);  // what is printed is printed once
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error{"fork failed"};
    if (pid > 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to(core);
    int status = 0;
    try {
        work();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        status = 1;
    }
    std::fflush(stdout);
    ::_exit(status);
}

}  // namespace

Child::Child(const std::function<void()>& work) : pid_{fork_to(client_core, "clients", work)} {}

Child::~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

double Child::wait() {
    if (pid_ <= 0) return cpu_seconds_;
    rusage usage{};
    int status = 0;
    ::wait4(pid_, &status, 0, &usage);
    pid_ = -1;
    if (status != 0) throw std::runtime_error{"the clients failed"};
    cpu_seconds_ = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    return cpu_seconds_;
}

bool Child::ended() {
    if (pid_ <= 0) return true;
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

bool run_apart(const std::function<void()>& bench) {
    const pid_t pid = fork_to(server_core, "serving_bench", bench);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status == 0;
}

}  // namespace tickweir::bench
