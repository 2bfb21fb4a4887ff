#include "gateway/play/stop_signals.hpp"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

bool ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals(Reactor& reactor) : reactor_{reactor} {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM})
        if (!ignored(signal)) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
    descriptor_ = Descriptor{::signalfd(-1, &set_, SFD_NONBLOCK | SFD_CLOEXEC)};
    if (descriptor_.open() && reactor_.add(descriptor_.get(), *this, {})) return;
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    throw std::system_error{error, std::generic_category(), "signalfd"};
}

StopSignals::~StopSignals() {
    on_ready(true, false);
    reactor_.remove(descriptor_.get(), *this);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::take() {
    return std::exchange(came_, false);
}

void StopSignals::on_ready(bool, bool) {
    signalfd_siginfo info;
    while (::read(descriptor_.get(), &info, sizeof info) == ssize_t{sizeof info})
        came_ = true;
}

}  // namespace tickweir::gateway
