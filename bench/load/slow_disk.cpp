// A disk that is slower, or fails, for a gateway under test: preloaded, it delays every write that
// waits for the disk (files opened with O_DSYNC) and every sync, or answers them with an error, and
// touches nothing else.
//
//     LD_PRELOAD=build/release/bench/libslow_disk.so tickweir serve ...
//
// A millisecond each; with TICKWEIR_DISK=FILE what the two words of that file say at the moment,
// each of 64 bits: nanoseconds of delay, then the errno to fail with (0: none).
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

/// Written by another process, which shares the file; each word stands for itself.
struct Faults {
    std::atomic<std::int64_t> delay_ns;
    std::atomic<std::int64_t> error;
};
static_assert(sizeof(Faults) == 16 && std::atomic<std::int64_t>::is_always_lock_free);

Faults a_millisecond{1'000'000, 0};

/// Those of the file, which has to be there.
const Faults* faults_of(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    void* const there = ::mmap(nullptr, sizeof(Faults), PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || there == MAP_FAILED) {
        std::perror(path);
        std::abort();
    }
    ::close(file);
    return static_cast<const Faults*>(there);
}

const Faults& faults() {
    static const Faults* const present = [] {
        const char* const path = std::getenv("TICKWEIR_DISK");
        return path == nullptr ? &a_millisecond : faults_of(path);
    }();
    return *present;
}

/// Waits as long as the disk takes, by what is said at every moment of that; false, with errno set:
/// it fails.
bool serve() {
    constexpr std::int64_t slice_ns = 1'000'000;
    for (std::int64_t waited_ns = 0;;) {
        const std::int64_t left_ns = faults().delay_ns.load(std::memory_order_relaxed) - waited_ns;
        if (left_ns <= 0) break;
        const timespec time{0, std::min(left_ns, slice_ns)};
        ::nanosleep(&time, nullptr);
        waited_ns += time.tv_nsec;
    }
    const auto error = static_cast<int>(faults().error.load(std::memory_order_relaxed));
    if (error != 0) errno = error;
    return error == 0;
}

/// The function that this library stands before.
template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool waits_for_disk(int file) {
    const int flags = ::fcntl(file, F_GETFL);
    return flags >= 0 && (flags & O_DSYNC) != 0;
}

}  // namespace

extern "C" {

ssize_t pwritev(int file, const iovec* parts, int count, off_t offset) {
    static const auto real = next<ssize_t (*)(int, const iovec*, int, off_t)>("pwritev");
    return waits_for_disk(file) && !serve() ? -1 : real(file, parts, count, offset);
}

int fdatasync(int file) {
    static const auto real = next<int (*)(int)>("fdatasync");
    return serve() ? real(file) : -1;
}

int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    return serve() ? real(file) : -1;
}
}
