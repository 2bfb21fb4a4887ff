// Many WebSocket clients in one thread, as cheap as they can be made: their own epoll, frames
// counted by their headers, chains of prev and seq checked only when asked. Not a client to copy:
// it trusts the server's frames.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tickweir::bench {

/// What the clients saw; may lie in memory shared with the process that serves them.
struct StreamTotals {
    std::atomic<std::uint64_t> ready{0};      ///< clients whose subscription was acknowledged
    std::atomic<std::uint64_t> frames{0};     ///< text frames, of all kinds
    std::atomic<std::uint64_t> bytes{0};      ///< of them, headers included
    std::atomic<std::uint64_t> reads{0};      ///< recv calls that gave something
    std::atomic<std::uint64_t> broken{0};     ///< updates whose prev was not the last seq
    std::atomic<std::uint64_t> conflated{0};  ///< updates that stand for several
    std::atomic<std::uint64_t> closed{0};     ///< connections ended by the server
    std::atomic<bool> stop{false};
};

struct StreamLoad {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::size_t clients = 1;
    /// What client `i` sends once it is open; empty: nothing, and it is ready at once.
    std::function<std::string(std::size_t)> request;
    bool handshake = true;  ///< false: the peer sends frames from the first byte
    bool verify = false;    ///< follow prev and seq of every stream
};

class StreamClients {
public:
    /// Connects all of them, blocking; throws std::runtime_error naming what failed.
    StreamClients(const StreamLoad& load, StreamTotals& totals);
    StreamClients(const StreamClients&) = delete;
    StreamClients& operator=(const StreamClients&) = delete;
    ~StreamClients();

    /// Reads what there is, waiting for it at most so long.
    void poll(int timeout_ms);
    /// Until totals.stop.
    void run();

private:
    struct Client {
        int fd = -1;
        bool open = false;                // behind the handshake
        std::string part;                 // of a frame, or of the handshake's answer
        std::vector<std::uint64_t> seqs;  // by number of the stream
        bool told_to_close = false;
    };

    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>{}(name);
        }
    };

    void open_client(std::size_t index);
    void read(Client& client);
    std::size_t take_frames(Client& client, std::string_view bytes);
    bool take_handshake(Client& client, std::string_view& bytes);
    void check(Client& client, std::string_view text);
    void drop(Client& client);
    void answer_close(Client& client);

    StreamLoad load_;
    StreamTotals& totals_;
    int epoll_;
    std::vector<Client> clients_;
    // The streams of all clients, numbered as they are first seen.
    std::unordered_map<std::string, std::size_t, NameHash, std::equal_to<>> streams_;
    std::vector<char> buffer_;
};

/// Connects and reads until totals.stop.
void run_clients(const StreamLoad& load, StreamTotals& totals);

/// A text frame of a client, masked with zeros.
std::string client_frame(std::string_view text);
/// {"op":"subscribe",...} for a channel and symbols.
std::string subscribe_request(std::string_view channel, const std::vector<std::string>& symbols,
                              unsigned conflate_ms);

/// A blocking connection; throws std::runtime_error.
int connect_to(const std::string& address, std::uint16_t port);

}  // namespace tickweir::bench
