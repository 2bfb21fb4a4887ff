#include "gateway/fix/password.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <charconv>

#include "gateway/fix/base64.hpp"

namespace tickweir::gateway::fix {
namespace {

constexpr std::string_view scheme = "$scrypt$ln=";
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t salt_bytes_max = 64;
constexpr std::size_t hash_bytes = 32;
constexpr std::uint64_t memory_max = 64 << 20;

std::uint64_t memory_of(const PasswordCost& cost) {
    return std::uint64_t{128} * cost.r << cost.log_n;
}

bool is_allowed(const PasswordCost& cost) {
    return cost.log_n >= 10 && cost.log_n <= 17 && cost.r >= 1 && cost.r <= 16 && cost.p >= 1 &&
           cost.p <= 4 && memory_of(cost) <= memory_max;
}

/// HMAC takes NULs at the end of a key for its padding: they would be right, too.
bool is_usable(std::string_view password) {
    return password.size() <= password_bytes_max && password.find('\0') == password.npos;
}

/// The hash of a password, or nothing where there is no memory for it.
std::optional<std::vector<unsigned char>> derive(std::string_view password,
                                                 const std::vector<unsigned char>& salt,
                                                 const PasswordCost& cost) {
    std::vector<unsigned char> hash(hash_bytes);
    // Twice what is needed, for OpenSSL counts its own blocks, too.
    const int done = EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(),
                                    std::uint64_t{1} << cost.log_n, cost.r, cost.p, 2 * memory_max,
                                    hash.data(), hash.size());
    if (done != 1) return std::nullopt;
    return hash;
}

/// Takes `NUMBER` and what follows it, which has to be `behind`.
bool take(std::string_view& text, std::uint32_t& number, std::string_view behind) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with(behind)) return false;
    text.remove_prefix(behind.size());
    return true;
}

}  // namespace

std::optional<PasswordHash> PasswordHash::parse(std::string_view text) {
    PasswordHash out;
    if (!text.starts_with(scheme)) return std::nullopt;
    text.remove_prefix(scheme.size());
    const bool has_cost = take(text, out.cost_.log_n, ",r=") && take(text, out.cost_.r, ",p=") &&
                          take(text, out.cost_.p, "$");
    const std::size_t dollar = text.find('$');
    if (!has_cost || !is_allowed(out.cost_) || dollar == text.npos) return std::nullopt;
    auto salt = base64_bytes(text.substr(0, dollar));
    auto hash = base64_bytes(text.substr(dollar + 1));
    if (!salt || salt->empty() || salt->size() > salt_bytes_max || !hash ||
        hash->size() != hash_bytes)
        return std::nullopt;
    out.salt_ = *std::move(salt);
    out.hash_ = *std::move(hash);
    return out;
}

std::optional<PasswordHash> PasswordHash::make(std::string_view password,
                                               const PasswordCost& cost) {
    if (password.empty() || !is_usable(password) || !is_allowed(cost)) return std::nullopt;
    PasswordHash out;
    out.cost_ = cost;
    out.salt_.resize(salt_bytes);
    if (RAND_bytes(out.salt_.data(), static_cast<int>(out.salt_.size())) != 1) return std::nullopt;
    auto hash = derive(password, out.salt_, cost);
    if (!hash) return std::nullopt;
    out.hash_ = *std::move(hash);
    return out;
}

std::string PasswordHash::text() const {
    return std::string{scheme} + std::to_string(cost_.log_n) + ",r=" + std::to_string(cost_.r) +
           ",p=" + std::to_string(cost_.p) + '$' + base64_text(salt_) + '$' + base64_text(hash_);
}

bool PasswordHash::matches(std::string_view password) const {
    // One that cannot be right takes as long as one that is wrong.
    const auto hash = derive(password.substr(0, password_bytes_max), salt_, cost_);
    return hash && hash->size() == hash_.size() &&
           CRYPTO_memcmp(hash->data(), hash_.data(), hash_.size()) == 0 && is_usable(password);
}

}  // namespace tickweir::gateway::fix
