// Clients and benchmarks in processes of their own, pinned to their cores, and the memory they
// share.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <new>

namespace tickweir::bench {

/// Memory that parent and child see.
template <class T>
class Shared {
public:
    Shared()
        : memory_{::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                         0)} {
        if (memory_ == MAP_FAILED) throw std::bad_alloc{};
        new (memory_) T;
    }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared() { ::munmap(memory_, sizeof(T)); }
    T& operator*() const { return *static_cast<T*>(memory_); }
    T* operator->() const { return static_cast<T*>(memory_); }

private:
    void* memory_;
};

/// Runs a function in a process on the clients' core. Ends with the bench.
class Child {
public:
    explicit Child(const std::function<void()>& work);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    /// Kills what was not waited for: an error is on its way out.
    ~Child();

    /// The processor seconds it took; throws when it failed.
    double wait();
    bool ended();

private:
    pid_t pid_;
    double cpu_seconds_ = 0;
};

/// Runs a benchmark in a process on the server's core, so that none finds the memory that another
/// left behind. Whether it went well.
bool run_apart(const std::function<void()>& bench);

}  // namespace tickweir::bench
