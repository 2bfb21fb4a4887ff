// Passwords as they may be kept: salted and hashed slowly with scrypt (RFC 7914), so that who reads
// a configuration cannot use it. Nothing here keeps or prints a password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway::fix {

/// How much work one check is: 128 * r * 2^log_n bytes of memory, written and read p times.
struct PasswordCost {
    std::uint32_t log_n = 14;  ///< 10 to 17
    std::uint32_t r = 8;       ///< 1 to 16
    std::uint32_t p = 1;       ///< 1 to 4
    friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};

/// For hashes that are stored: 16 MiB and some 50 ms a check.
inline constexpr PasswordCost stored_cost{};
/// For hashes of passwords that this process was told in clear, which never leave it: 1 MiB and
/// some 3 ms, so that hundreds of sessions are ready within a second or two of the start.
inline constexpr PasswordCost process_cost{.log_n = 10};

/// The longest password that is looked at; longer ones are wrong.
inline constexpr std::size_t password_bytes_max = 256;

class PasswordHash {
public:
    /// Reads `$scrypt$ln=14,r=8,p=1$SALT$HASH`, both in base64 without padding; nothing where it is
    /// not that, or where its cost is beyond the bounds of PasswordCost or 64 MiB.
    static std::optional<PasswordHash> parse(std::string_view text);

    /// Of a password, with a fresh random salt; nothing where the system has no randomness or no
    /// memory for it, or the password is empty, too long or has a NUL. Takes as long as a check.
    static std::optional<PasswordHash> make(std::string_view password,
                                            const PasswordCost& cost = stored_cost);

    /// As `parse` reads it. Not for logs: who has it can try passwords.
    std::string text() const;

    /// Whether it is of this password. Takes the time that its cost says, whatever the outcome: not
    /// for a thread that others wait for.
    bool matches(std::string_view password) const;

    const PasswordCost& cost() const { return cost_; }
    friend bool operator==(const PasswordHash&, const PasswordHash&) = default;

private:
    PasswordCost cost_;
    std::vector<unsigned char> salt_;
    std::vector<unsigned char> hash_;
};

}  // namespace tickweir::gateway::fix
