// A file descriptor that is closed once.
#pragma once

#include <unistd.h>

#include <utility>

namespace tickweir::gateway {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_{fd} {}
    Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        Descriptor taken{std::move(other)};
        std::swap(fd_, taken.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    int get() const { return fd_; }
    bool open() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

}  // namespace tickweir::gateway
