// A TCP client that never waits without bound: for tests that decide every byte and every segment.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tickweir::tests::fix_sessions {

class ClientSocket {
public:
    /// Connects to loopback; connected() tells whether that went well.
    explicit ClientSocket(std::uint16_t port);
    ClientSocket(const ClientSocket&) = delete;
    ClientSocket& operator=(const ClientSocket&) = delete;
    ~ClientSocket();

    bool connected() const { return fd_ >= 0; }
    /// False where the peer takes no more.
    bool send(std::string_view bytes);
    /// No more will be sent; what the peer sends can still be read.
    void finish();

    enum class Read : std::uint8_t { some, ended, late };
    /// Appends what there is, waiting for it until the deadline.
    Read read(std::string& buffer, std::chrono::steady_clock::time_point deadline);

private:
    int fd_ = -1;
};

}  // namespace tickweir::tests::fix_sessions
