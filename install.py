"""Runs at each start of the Web UI: installs what is missing, moves nothing that is there, downloads no weights.

The Web UI waits for this program before it starts. So it imports nothing heavy, and the Web UI's own `launch`, which
reads its command line and prepares its log, only where something has to be installed.
"""

from importlib.util import find_spec

# Neither names a dependency of its own that the host pins; --no-deps makes sure.
NEEDED = {"segment_anything": "segment-anything==1.0", "cv2": "opencv-python-headless<4.12"}


def main() -> None:
    missing = [requirement for module, requirement in NEEDED.items() if find_spec(module) is None]
    if not missing:
        return
    import launch

    for requirement in missing:
        launch.run_pip(f'install --no-deps "{requirement}"', f"{requirement} for Click Inpaint")


if __name__ == "__main__":
    main()
