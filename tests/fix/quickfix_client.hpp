// A client of somebody else's making: QuickFIX's own initiator with its file store, on its own
// threads. What it sees is noted as lines; a test waits for one of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tickweir::tests {

struct QuickfixOptions {
    std::string comp_id = "A";
    std::string store = {};       ///< a directory
    std::string dictionary = {};  ///< a file; empty: none
    std::string password = {};    ///< sent as 554; empty: none
    int heartbeat_s = 30;
};

class QuickfixClient {
public:
    QuickfixClient(std::uint16_t port, const QuickfixOptions& options);
    QuickfixClient(const QuickfixClient&) = delete;
    QuickfixClient& operator=(const QuickfixClient&) = delete;
    ~QuickfixClient();

    void start();
    /// Logs out and disconnects.
    void stop();

    /// A message of this type with these fields (`tag=value|`), through the session; a group is
    /// `count={tag=value;tag=value}|`, an entry a field.
    bool send(const std::string& msg_type, const std::string& fields);
    /// Its next expected number, as if it had lost what came since. While stopped.
    void forget_from(int number);

    /// Waits at most ten seconds until a line that begins so has been noted `count` times.
    bool wait_for(const std::string& beginning, std::size_t count = 1) const;
    /// `logon`, `logout`, `in TYPE NUMBER [dup]`, `out TYPE NUMBER`.
    std::vector<std::string> lines() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::tests
